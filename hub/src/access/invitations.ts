import { randomUUID } from 'node:crypto'
import { type Invitation, type InvitationRequest, Membership } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { Kysely, Selectable } from 'kysely'
import { z } from 'zod'
import { checkMemberships } from './memberships.ts'
import { covers, demandMayGive, type Principal, rightsOf, type Scope } from './principal.ts'
import type { AccessTables } from './schema.ts'
import { hashOf, newSecret } from './secrets.ts'

type Db = Kysely<AccessTables>
type Row = Selectable<AccessTables['invitations']>

const livesMs = 7 * 86_400_000
const Memberships = z.array(Membership)

function shown(row: Row): z.output<typeof Invitation> {
  return {
    id: row.id,
    email: row.email,
    memberships: Memberships.parse(JSON.parse(row.memberships)),
    createdAt: new Date(row.created_at).toISOString(),
    expiresAt: new Date(row.expires_at).toISOString(),
    acceptedAt: row.accepted_at === null ? null : new Date(row.accepted_at).toISOString(),
  }
}

/** Whether memberships lie within a scope, so that it may see and withdraw the invitation. */
function isWithin(scope: Scope, memberships: readonly Membership[]): boolean {
  return memberships.every((it) => scope.all || (it.customer !== null && covers(scope, it.customer)))
}

export async function createInvitation(
  db: Db,
  by: Principal,
  request: z.output<typeof InvitationRequest>,
  now: number,
) {
  checkMemberships(request.memberships)
  demandMayGive(by, rightsOf(request.memberships))
  const secret = newSecret()
  const row: Row = {
    id: randomUUID(),
    email: request.email.toLowerCase(),
    memberships: JSON.stringify(request.memberships),
    secret_hash: hashOf(secret),
    created_at: now,
    expires_at: now + livesMs,
    accepted_at: null,
    withdrawn_at: null,
  }
  await db.insertInto('invitations').values(row).execute()
  return { invitation: shown(row), secret }
}

export async function listInvitations(db: Db, scope: Scope) {
  const rows = await db
    .selectFrom('invitations')
    .selectAll()
    .where('withdrawn_at', 'is', null)
    .where('accepted_at', 'is', null)
    .orderBy('created_at', 'desc')
    .limit(1000)
    .execute()
  return rows.map(shown).filter((it) => isWithin(scope, it.memberships))
}

export async function withdrawInvitation(db: Db, scope: Scope, id: string, now: number) {
  const found = (await listInvitations(db, scope)).find((it) => it.id === id)
  if (found === undefined) throw new StewardError('input/not-found', 'There is no such invitation.')
  await db.updateTable('invitations').set({ withdrawn_at: now }).where('id', '=', id).execute()
  return found
}

/** Spends an invitation: exactly one caller gets it, whoever comes second is told that it is not valid. */
export async function takeInvitation(db: Db, secret: string, now: number) {
  const row = await db
    .updateTable('invitations')
    .set({ accepted_at: now })
    .where('secret_hash', '=', hashOf(secret))
    .where('accepted_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) {
    throw new StewardError(
      'input/not-found',
      'This invitation is not valid any more (7 days, used once); ask for a new one.',
    )
  }
  return shown(row)
}

/** Gives an invitation back whose person could not be made. */
export async function returnInvitation(db: Db, id: string): Promise<void> {
  await db.updateTable('invitations').set({ accepted_at: null }).where('id', '=', id).execute()
}
