import { randomUUID } from 'node:crypto'
import type { ApiKey, ApiKeyRequest } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import { Permission } from '@steward/shared/model'
import type { Kysely, Selectable } from 'kysely'
import { z } from 'zod'
import { isForeignKeyViolation } from '../db/index.ts'
import { covers, type Principal, type Scope } from './principal.ts'
import type { AccessTables } from './schema.ts'
import { hashOf, newSecret } from './secrets.ts'

const prefix = 'stw_'
const Scopes = z.array(Permission)
/** Last use is shown to the minute; it is not worth a write at every request. */
const lastUsedEveryMs = 60_000

type Db = Kysely<AccessTables>
type Row = Selectable<AccessTables['api_keys']>

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

function shown(row: Row): ApiKey {
  return {
    id: row.id,
    name: row.name,
    scopes: Scopes.parse(JSON.parse(row.scopes)),
    customer: row.customer,
    createdAt: new Date(row.created_at).toISOString(),
    expiresAt: instant(row.expires_at),
    lastUsedAt: instant(row.last_used_at),
  }
}

/** A new key; its text is given here and never again. */
export async function createApiKey(
  db: Db,
  request: z.output<typeof ApiKeyRequest>,
  now: number,
): Promise<ApiKey & { key: string }> {
  const key = prefix + newSecret()
  const row: Row = {
    id: randomUUID(),
    name: request.name,
    hash: hashOf(key),
    scopes: JSON.stringify([...new Set(request.scopes)]),
    customer: request.customer,
    created_at: now,
    expires_at: request.expiresAt === null ? null : Date.parse(request.expiresAt),
    last_used_at: null,
    withdrawn_at: null,
  }
  try {
    await db.insertInto('api_keys').values(row).execute()
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error
    throw new StewardError('input/invalid', `customer: there is no customer "${request.customer}".`)
  }
  return { ...shown(row), key }
}

export async function listApiKeys(db: Db, scope: Scope): Promise<ApiKey[]> {
  const rows = await db
    .selectFrom('api_keys')
    .selectAll()
    .where('withdrawn_at', 'is', null)
    .orderBy('created_at')
    .execute()
  return rows.filter((row) => scope.all || (row.customer !== null && covers(scope, row.customer))).map(shown)
}

/** Withdraws a key; it is refused from the next request on. */
export async function withdrawApiKey(db: Db, scope: Scope, id: string, now: number): Promise<ApiKey> {
  const row = await db
    .selectFrom('api_keys')
    .selectAll()
    .where('id', '=', id)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined || !(scope.all || (row.customer !== null && covers(scope, row.customer)))) {
    throw new StewardError('input/not-found', 'There is no such API key.')
  }
  await db.updateTable('api_keys').set({ withdrawn_at: now }).where('id', '=', id).execute()
  return shown(row)
}

/** The principal of a bearer key, or null. */
export async function principalOfKey(db: Db, key: string, now: number): Promise<Principal | null> {
  if (!key.startsWith(prefix) || key.length > 100) return null
  const row = await db.selectFrom('api_keys').selectAll().where('hash', '=', hashOf(key)).executeTakeFirst()
  if (row === undefined || row.withdrawn_at !== null || (row.expires_at !== null && row.expires_at <= now)) return null
  if (row.last_used_at === null || now - row.last_used_at > lastUsedEveryMs) {
    await db.updateTable('api_keys').set({ last_used_at: now }).where('id', '=', row.id).execute()
  }
  return {
    kind: 'key',
    id: row.id,
    name: `key:${row.name}`,
    rights: [{ customer: row.customer, permissions: Scopes.parse(JSON.parse(row.scopes)) }],
  }
}
