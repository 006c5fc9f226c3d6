/** Fastify with what every route gets: schemas, access, problem documents, limits, headers, OpenAPI. */
import compress from '@fastify/compress'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { type Authenticate, guardRoutes } from '../access/index.ts'
import { openApiOptions } from './open-api.ts'
import { mapErrors } from './problems.ts'
import type { ServerCertificate } from './tls/authority.ts'

export type ServerOptions = {
  certificate: ServerCertificate
  authenticate: Authenticate
  logger: FastifyBaseLogger
  version: string
}

export type HubServer = Awaited<ReturnType<typeof createServer>>

const maxBodyBytes = 2 * 1024 * 1024

export async function createServer(options: ServerOptions) {
  const { key, cert } = options.certificate
  const app = fastify({
    https: { key, cert, minVersion: 'TLSv1.2' },
    loggerInstance: options.logger,
    // Two lines a request drown what matters; failures of ours are logged where they become problem documents.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: maxBodyBytes,
    requestTimeout: 60_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  mapErrors(app)
  guardRoutes(app, options.authenticate)
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: contentSecurityPolicy },
    hsts: false,
  })
  await app.register(compress, { threshold: 2048, encodings: ['gzip', 'identity'] })
  // By address, and a whole office is one; what is worth guessing at has a limit of its own.
  await app.register(rateLimit, { max: 6000, timeWindow: 60_000, allowList: isAgentPath })
  await app.register(swagger, openApiOptions(options.version))
  let document = ''
  // Made once all routes are there, and before anybody waits: it takes longer than an answer may.
  app.addHook('onReady', async () => {
    document = JSON.stringify(app.swagger())
  })
  app.get('/api/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, (_request, reply) =>
    reply.type('application/json').serializer(String).send(document),
  )
  return app
}

/** Agents send in bursts after an outage; the ingest room has limits of its own. */
function isAgentPath(request: { url: string }): boolean {
  return request.url.startsWith('/agent/v1/')
}

const contentSecurityPolicy = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  // Mantine sets sizes by style attributes.
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'font-src': ["'self'"],
  'connect-src': ["'self'"],
  'manifest-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
}
