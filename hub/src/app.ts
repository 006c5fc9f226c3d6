/** Builds the whole hub, as the process runs it and as a test starts it: rooms, routes, timers, one server. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { StewardError } from '@steward/shared/errors'
import type { FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import {
  accessMigrations,
  companyRoutes,
  createAccess,
  identityRoutes,
  keyRoutes,
  peopleRoutes,
  type SendMail,
} from './access/index.ts'
import { auditMigrations, auditRoutes, createAudit } from './audit/index.ts'
import { openDatabase } from './db/index.ts'
import { createHubEvents } from './events.ts'
import { createServer, ownCertificate, type ServerCertificate } from './http/index.ts'
import { inventoryMigrations } from './inventory/index.ts'
import type { Platform } from './platform.ts'

export type HubOptions = {
  dataDir: string
  host: string
  /** 0: any free one */
  port: number
  /** names and addresses that the certificate is for; the first is in links and enrolment tokens */
  names: readonly string[]
  certificate?: ServerCertificate
  now?: () => number
  logger?: FastifyBaseLogger
  version?: string
}

export type Hub = {
  url: string
  /** for the console; null once the hub is set up */
  setupCode: string | null
  /** PEM of the hub's own CA; null with a given certificate */
  ca: string | null
  stop: () => Promise<void>
}

/** Rooms in the order in which their tables refer to each other. */
const migrations = [
  { room: 'audit', migrations: auditMigrations },
  { room: 'inventory', migrations: inventoryMigrations },
  { room: 'access', migrations: accessMigrations },
]

/** Starts a hub; resolves when it listens. Throws StewardError when the folder or the port cannot be had. */
export async function buildApp(options: HubOptions): Promise<Hub> {
  const now = options.now ?? Date.now
  const log = options.logger ?? pino({ level: 'warn' })
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 })
  const certificate = options.certificate ?? (await ownCertificate(options.dataDir, options.names, now()))
  const db = await openDatabase(join(options.dataDir, 'hub.sqlite'), migrations)
  const events = createHubEvents((error, name) => log.error({ err: error }, `a listener of "${name}" failed`))
  const platform: Platform = { db, now, events, log, dataDir: options.dataDir, audit: createAudit(db, now) }
  const origin = originOf(options)
  const sendMail: SendMail = () => Promise.reject(new StewardError('input/invalid', 'No mail server is set.'))
  const access = await createAccess({ ...platform, origin, sendMail })
  const app = await createServer({
    certificate,
    authenticate: access.authenticate,
    logger: log,
    version: options.version ?? '0.0.0',
  })

  await app.register(identityRoutes(access))
  await app.register(
    async (api) => {
      await api.register(companyRoutes(access))
      await api.register(peopleRoutes(access))
      await api.register(keyRoutes(access))
      await api.register(auditRoutes(platform))
    },
    { prefix: '/api/v1' },
  )
  await app.listen({ host: options.host, port: options.port })
  return {
    url: origin,
    setupCode: access.setupCode?.code ?? null,
    ca: certificate.ca,
    stop: async () => {
      await app.close()
      await db.destroy()
    },
  }
}

/** What people and agents open: the first name, with the port. */
function originOf(options: HubOptions): string {
  return `https://${options.names[0] ?? 'localhost'}:${options.port}`
}
