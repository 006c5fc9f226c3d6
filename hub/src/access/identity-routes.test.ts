import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { auditMigrations, createAudit } from '../audit/index.ts'
import { openDatabase } from '../db/index.ts'
import { createHubEvents } from '../events.ts'
import { createServer, type HubServer, ownCertificate } from '../http/index.ts'
import { inventoryMigrations } from '../inventory/index.ts'
import { type Access, createAccess } from './access.ts'
import { identityRoutes } from './identity-routes.ts'
import { accessMigrations } from './migrations.ts'

const log = pino({ level: 'silent' })
const offered = [
  '/get-session',
  '/sign-in/email',
  '/sign-out',
  '/request-password-reset',
  '/reset-password',
  '/change-password',
  '/two-factor/enable',
  '/two-factor/disable',
  '/two-factor/verify-totp',
  '/two-factor/verify-backup-code',
]

let folder: string
let access: Access
let server: HubServer

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'steward-identity-'))
  const db = await openDatabase(join(folder, 'hub.sqlite'), [
    { room: 'audit', migrations: auditMigrations },
    { room: 'inventory', migrations: inventoryMigrations },
    { room: 'access', migrations: accessMigrations },
  ])
  const events = createHubEvents(() => undefined)
  const platform = { db, now: Date.now, events, audit: createAudit(db, Date.now), log, dataDir: folder }
  access = await createAccess({ ...platform, origin: 'https://localhost', sendMail: async () => undefined })
  const certificate = await ownCertificate(folder, ['localhost'], Date.now())
  server = await createServer({ certificate, authenticate: access.authenticate, logger: log, version: '0' })
  await server.register(identityRoutes(access))
})
afterEach(async () => {
  await server.close()
  await access.platform.db.destroy()
  rmSync(folder, { recursive: true, force: true })
})

test('of all that Better Auth has, what is listed here is offered and nothing else', async () => {
  const paths = Object.values(access.identity.api).flatMap((it) => ('path' in it ? [String(it.path)] : []))
  expect(paths).toEqual(expect.arrayContaining(offered))
  expect(paths.length).toBeGreaterThan(offered.length)
  for (const path of new Set([...paths, '/sign-up/email', '/admin/list-users', '/api-key/create'])) {
    const filled = path.replaceAll(/:\w+/g, 'x')
    const statuses = await Promise.all(
      (['GET', 'POST', 'PUT', 'DELETE'] as const).map(async (method) => {
        const answer = await server.inject({
          method,
          url: `/api/auth${filled}`,
          ...(method === 'GET' ? {} : { payload: {} }),
        })
        return answer.statusCode
      }),
    )
    const answered = statuses.filter((it) => it !== 404).length
    expect({ path, answered }).toEqual({ path, answered: offered.includes(path) ? 1 : 0 })
  }
})
