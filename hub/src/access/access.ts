/** Puts identity, keys and memberships together: who asks is found here and nowhere else. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyRequest } from 'fastify'
import type { Kysely } from 'kysely'
import { writePrivateFile } from '../db/index.ts'
import type { Platform } from '../platform.ts'
import { principalOfKey } from './api-keys.ts'
import { createSetupCode, isSetUp } from './company.ts'
import { createIdentity, type Identity, type SendMail } from './identity.ts'
import { isDisabled, membershipsOf } from './memberships.ts'
import { type Principal, rightsOf } from './principal.ts'
import type { AccessTables } from './schema.ts'
import { newSecret } from './secrets.ts'

export type AccessOptions = Platform & {
  /** the origin that people open */
  origin: string
  sendMail: SendMail
}

export type Access = {
  db: Kysely<AccessTables>
  identity: Identity
  platform: Platform
  origin: string
  sendMail: SendMail
  /** null once the hub is set up */
  setupCode: ReturnType<typeof createSetupCode> | null
  authenticate: (request: FastifyRequest) => Promise<Principal | null>
}

export async function createAccess(options: AccessOptions): Promise<Access> {
  const db = options.db.withTables<AccessTables>()
  const { log } = options
  const identity = await createIdentity({
    db: options.db,
    secret: loadSecret(join(options.dataDir, 'session-secret')),
    origin: options.origin,
    trustedOrigins: [options.origin],
    sendMail: options.sendMail,
    onMailFailure: (error) => log.warn({ err: error }, 'a mail to reset a password could not be sent'),
    onPasswordReset: async ({ id, email }) => {
      await options.audit.write({ who: email, action: 'password.reset', target: email })
      options.events.emit('access-revoked', { person: id })
    },
  })
  const setupCode = (await isSetUp(db)) ? null : createSetupCode()
  const authenticate = async (request: FastifyRequest): Promise<Principal | null> => {
    const { authorization } = request.headers
    if (authorization !== undefined) {
      const key = /^Bearer (\S+)$/.exec(authorization)?.[1]
      return key === undefined ? null : principalOfKey(db, key, options.now())
    }
    return isFromElsewhere(request, options.origin) ? null : principalOfSession(db, identity, request)
  }
  return {
    db,
    identity,
    platform: options,
    origin: options.origin,
    sendMail: options.sendMail,
    setupCode,
    authenticate,
  }
}

function loadSecret(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8')
  const secret = newSecret()
  writePrivateFile(file, secret)
  return secret
}

/**
 * A cookie is sent by the browser whoever asked for the request; one that another origin made (Sec-Fetch-Site, else Origin) carries no
 * authority here. Reading is covered as well: nothing of ours is embedded elsewhere.
 */
function isFromElsewhere(request: FastifyRequest, origin: string): boolean {
  const site = request.headers['sec-fetch-site']
  if (site === 'same-origin' || site === 'none') return false
  if (site !== undefined) return true
  const from = request.headers.origin
  if (from !== undefined) return from !== origin && from !== `https://${request.headers.host ?? ''}`
  // Neither header: no browser of today. Reading is harmless, writing is not taken on a cookie alone.
  return request.method !== 'GET' && request.method !== 'HEAD'
}

async function principalOfSession(
  db: Kysely<AccessTables>,
  identity: Identity,
  request: FastifyRequest,
): Promise<Principal | null> {
  const { cookie } = request.headers
  if (cookie === undefined) return null
  const session = await identity.api.getSession({ headers: new Headers({ cookie }) })
  if (session === null) return null
  const person = session.user.id
  if (await isDisabled(db, person)) return null
  return { kind: 'person', id: person, name: session.user.email, rights: rightsOf(await membershipsOf(db, person)) }
}
