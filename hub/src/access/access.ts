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
import { isFromElsewhere } from './same-origin.ts'
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
    // A wrong password is no event for the log of the hub; failures of ours are.
    onLog: (level, message) => (level === 'error' ? log.error(message) : log.debug(message)),
    onMailFailure: (error) => log.warn(`a mail to reset a password could not be sent: ${lineOf(error)}`),
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

function lineOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function loadSecret(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8')
  const secret = newSecret()
  writePrivateFile(file, secret)
  return secret
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
