import { randomUUID } from 'node:crypto'
import type { Enrolment } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { Kysely, Selectable } from 'kysely'
import { hashOf, newSecret } from '../access/index.ts'
import type { FleetTables } from './schema.ts'

type Db = Kysely<FleetTables>
type Row = Selectable<FleetTables['enrolments']>

export const enrolmentLivesMs = 15 * 60_000

/** How far an enrolment has come; each step holds all before it. */
export function stepOf(row: Row, now: number): Enrolment['state'] {
  if (row.withdrawn_at !== null) return 'withdrawn'
  if (row.reading_at !== null) return 'reading'
  if (row.connected_at !== null) return 'connected'
  if (row.agent !== null) return 'enrolled'
  return now < row.expires_at ? 'waiting' : 'expired'
}

export function shownEnrolment(row: Row, now: number): Enrolment {
  return {
    id: row.id,
    site: row.site,
    state: stepOf(row, now),
    createdAt: new Date(row.created_at).toISOString(),
    expiresAt: new Date(row.expires_at).toISOString(),
    agent: row.agent,
  }
}

/** A site with more buildings than that is several sites. */
const mostAgents = 20

export async function refuseTooManyAgents(db: Db, site: string): Promise<void> {
  const { count } = await db
    .selectFrom('agents')
    .select((it) => it.fn.countAll<number>().as('count'))
    .where('site', '=', site)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow()
  if (Number(count) < mostAgents) return
  throw new StewardError(
    'input/conflict',
    `The site "${site}" has ${mostAgents} agents, which is the most; revoke one first.`,
  )
}

/** A new enrolment and its secret, which is kept nowhere; those of the site that still wait are withdrawn. */
export async function makeEnrolment(
  db: Db,
  it: { site: string; name: string | null; by: string; now: number },
): Promise<{ row: Row; secret: string; withdrawn: string[] }> {
  const secret = newSecret()
  const row: Row = {
    id: randomUUID(),
    site: it.site,
    name: it.name,
    secret_hash: hashOf(secret),
    created_at: it.now,
    created_by: it.by,
    expires_at: it.now + enrolmentLivesMs,
    agent: null,
    connected_at: null,
    reading_at: null,
    withdrawn_at: null,
  }
  return db.transaction().execute(async (within) => {
    await refuseTooManyAgents(within, it.site)
    const withdrawn = await within
      .updateTable('enrolments')
      .set({ withdrawn_at: it.now })
      .where('site', '=', it.site)
      .where('agent', 'is', null)
      .where('withdrawn_at', 'is', null)
      .where('expires_at', '>', it.now)
      .returning('id')
      .execute()
    await within.insertInto('enrolments').values(row).execute()
    return { row, secret, withdrawn: withdrawn.map((each) => each.id) }
  })
}

export async function findEnrolment(db: Db, id: string): Promise<Row | null> {
  return (await db.selectFrom('enrolments').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

/** Enrolments of the given sites (null: of all), newest first, at most 100: older ones are in the audit log. */
export async function listEnrolments(db: Db, sites: readonly string[] | null): Promise<Row[]> {
  const query = db.selectFrom('enrolments').selectAll().orderBy('created_at', 'desc').limit(100)
  return sites === null ? query.execute() : query.where('site', 'in', [...sites]).execute()
}

/** Takes back one that nobody has used. */
export async function withdrawEnrolment(db: Db, id: string, now: number): Promise<void> {
  const done = await db
    .updateTable('enrolments')
    .set({ withdrawn_at: now })
    .where('id', '=', id)
    .where('agent', 'is', null)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst()
  if (done.numUpdatedRows > 0n) return
  throw new StewardError('input/conflict', 'This enrolment was used or withdrawn already; revoke the agent instead.')
}

/** Notes that the agent of an enrolment has come a step further; gives the enrolment where it is news. */
export async function noteStep(
  db: Db,
  agent: string,
  step: 'connected_at' | 'reading_at',
  now: number,
): Promise<Row | null> {
  const row = await db
    .updateTable('enrolments')
    .set(step === 'connected_at' ? { connected_at: now } : { reading_at: now })
    .where('agent', '=', agent)
    .where(step, 'is', null)
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}
