import { randomUUID } from 'node:crypto'
import { type SilenceInput, SilenceScope } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import { FaultLevel } from '@steward/shared/model'
import type { Kysely, Selectable } from 'kysely'
import { z } from 'zod'
import type { AlertingTables } from '../schema.ts'
import type { StoredSilence } from './cover.ts'

type Db = Kysely<AlertingTables>
type Row = Selectable<AlertingTables['alert_silences']>

const Levels = z.array(FaultLevel)
/** A silence that nobody ends is a fault that nobody hears of. */
const longestMs = 366 * 86_400_000
const mostAhead = 2000

function fromRow(row: Row): StoredSilence {
  const { id, reason, created_by: by, from_at: from, to_at: to } = row
  const scope = SilenceScope.parse(JSON.parse(row.scope))
  return { id, scope, levels: Levels.parse(JSON.parse(row.levels)), from, to, reason, by }
}

/** Silences that hold at any time of a span (of one site and its customer, where given), first those that end last. */
export async function silencesIn(
  db: Db,
  span: { from: number; to: number },
  of?: { site: string; customer: string },
): Promise<StoredSilence[]> {
  let query = db.selectFrom('alert_silences').selectAll().where('from_at', '<', span.to).where('to_at', '>', span.from)
  if (of !== undefined) query = query.where((it) => it.or([it('site', '=', of.site), it('customer', '=', of.customer)]))
  const rows = await query.orderBy('to_at', 'desc').orderBy('id').limit(10_000).execute()
  return rows.map(fromRow)
}

export async function findSilence(db: Db, id: string): Promise<StoredSilence | null> {
  const row = await db.selectFrom('alert_silences').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : fromRow(row)
}

/** Times of a silence, checked: it ends after it begins, not in the past, and within a year. */
function timesOf(input: SilenceInput, now: number): { from_at: number; to_at: number } {
  const [from, to] = [input.from === undefined ? now : Date.parse(input.from), Date.parse(input.to)]
  if (to <= from) throw new StewardError('input/invalid', 'to: the end must be after the beginning.')
  if (to <= now) throw new StewardError('input/invalid', 'to: this lies in the past; a silence ends in the future.')
  if (to - now > longestMs) throw new StewardError('input/invalid', 'to: a silence ends within a year.')
  return { from_at: from, to_at: to }
}

const whatOf = ({ scope, levels, reason }: SilenceInput) => ({
  customer: scope.kind === 'customer' ? scope.customer : null,
  site: scope.kind === 'customer' ? null : scope.site,
  scope: JSON.stringify(scope),
  levels: JSON.stringify([...new Set(levels)].sort()),
  reason,
})

export async function createSilence(
  db: Db,
  input: SilenceInput,
  { by, now }: { by: string; now: number },
): Promise<StoredSilence> {
  const times = timesOf(input, now)
  const { ahead } = await db
    .selectFrom('alert_silences')
    .select((it) => it.fn.countAll<number>().as('ahead'))
    .where('to_at', '>', now)
    .executeTakeFirstOrThrow()
  if (ahead >= mostAhead) {
    throw new StewardError('input/conflict', `There are ${mostAhead} silences already; end some first.`)
  }
  const row = { id: randomUUID(), ...whatOf(input), ...times, created_by: by, created_at: now }
  await db.insertInto('alert_silences').values(row).execute()
  return fromRow(row)
}

/** Changes a silence that is not over; one that has begun keeps its beginning. */
export async function changeSilence(
  db: Db,
  old: StoredSilence,
  input: SilenceInput,
  now: number,
): Promise<StoredSilence> {
  refuseOver(old, now)
  const times = timesOf(input, now)
  const values = { ...whatOf(input), to_at: times.to_at, from_at: old.from <= now ? old.from : times.from_at }
  await db.updateTable('alert_silences').set(values).where('id', '=', old.id).execute()
  return { ...old, ...input, from: values.from_at, to: values.to_at }
}

/** Ends a silence now; one that has not begun is gone. */
export async function endSilence(db: Db, old: StoredSilence, now: number): Promise<StoredSilence> {
  refuseOver(old, now)
  if (old.from >= now) await db.deleteFrom('alert_silences').where('id', '=', old.id).execute()
  else await db.updateTable('alert_silences').set({ to_at: now }).where('id', '=', old.id).execute()
  return { ...old, from: Math.min(old.from, now), to: now }
}

function refuseOver({ to }: StoredSilence, now: number): void {
  if (to <= now) throw new StewardError('input/conflict', 'This silence is over; make a new one.')
}
