import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { Access } from './access.ts'

/** What of Better Auth is offered; everything else of it is not there (404). */
const offered = [
  'GET /api/auth/get-session',
  'POST /api/auth/sign-in/email',
  'POST /api/auth/sign-out',
  'POST /api/auth/request-password-reset',
  'POST /api/auth/reset-password',
  'POST /api/auth/change-password',
  'POST /api/auth/two-factor/enable',
  'POST /api/auth/two-factor/disable',
  'POST /api/auth/two-factor/verify-totp',
  'POST /api/auth/two-factor/verify-backup-code',
] as const

/** Better Auth's own routes, by a list: what an upgrade of it adds is not open by itself. */
export function identityRoutes(access: Access): FastifyPluginAsync {
  return async (app) => {
    for (const route of offered) {
      const [method = 'GET', url = ''] = route.split(' ')
      app.route({
        method,
        url,
        config: { access: 'identity', rateLimit: { max: 30, timeWindow: 60_000 } },
        schema: { tags: ['identity'], summary: 'Sign-in and second factor (Better Auth)', security: [] },
        bodyLimit: 16_384,
        handler: async (request, reply) => {
          const answer = await access.identity.handler(toWebRequest(request, access.origin))
          reply.code(answer.status)
          for (const [name, value] of answer.headers) if (name !== 'set-cookie') reply.header(name, value)
          for (const cookie of answer.headers.getSetCookie()) reply.header('set-cookie', cookie)
          return reply.send(await answer.text())
        },
      })
    }
  }
}

function toWebRequest(request: FastifyRequest, origin: string): Request {
  const headers = new Headers()
  for (const name of [
    'cookie',
    'content-type',
    'origin',
    'user-agent',
    'sec-fetch-site',
    'sec-fetch-mode',
    'sec-fetch-dest',
  ]) {
    const value = request.headers[name]
    if (typeof value === 'string') headers.set(name, value)
  }
  // The name under which a browser came counts as ours: a hub has several (address, host name), all in its certificate.
  if (headers.get('origin') === `https://${request.headers.host ?? ''}`) headers.set('origin', origin)
  headers.set('x-steward-peer', request.ip)
  const init = { method: request.method, headers }
  const hasBody = request.method !== 'GET' && request.body !== undefined && request.body !== null
  return new Request(new URL(request.url, origin), hasBody ? { ...init, body: JSON.stringify(request.body) } : init)
}
