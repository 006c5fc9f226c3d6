import { randomUUID } from 'node:crypto'
import { type SilenceInput, SilenceScope } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import { endOf } from '@steward/shared/maintenance'
import { FaultLevel, Repetition } from '@steward/shared/model'
import type { Kysely, Selectable } from 'kysely'
import { z } from 'zod'
import type { AlertingTables } from '../schema.ts'
import type { StoredSilence } from './cover.ts'

type Db = Kysely<AlertingTables>
type Row = Selectable<AlertingTables['alert_silences']>

const Levels = z.array(FaultLevel)
const Cuts = z.array(z.string())
const mostCuts = 500
/** A silence that nobody ends is a fault that nobody hears of. */
const longestMs = 366 * 86_400_000
const mostAhead = 2000

function fromRow(row: Row): StoredSilence {
  const { id, reason, created_by: by, from_at: from, to_at: to } = row
  const scope = SilenceScope.parse(JSON.parse(row.scope))
  const repeats = row.repeats === null ? null : Repetition.parse(JSON.parse(row.repeats))
  const cuts = Cuts.parse(JSON.parse(row.cuts))
  return { id, scope, levels: Levels.parse(JSON.parse(row.levels)), from, to, repeats, cuts, reason, by }
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

type Times = { from_at: number; to_at: number; repeats: string | null; cuts: string }

/** Times of a silence, checked: it ends after it begins, not in the past, and within a year. */
function timesOf(input: SilenceInput, it: { now: number; timezone: string }): Times {
  const { now } = it
  if (input.repeats !== undefined) return recurringTimes(input.repeats, it)
  const [from, to] = [input.from === undefined ? now : Date.parse(input.from), Date.parse(input.to ?? '')]
  if (to <= from) throw new StewardError('input/invalid', 'to: the end must be after the beginning.')
  if (to <= now) throw new StewardError('input/invalid', 'to: this lies in the past; a silence ends in the future.')
  if (to - now > longestMs) throw new StewardError('input/invalid', 'to: a silence ends within a year.')
  return { from_at: from, to_at: to, repeats: null, cuts: '[]' }
}

/** One that recurs begins now at the earliest: what was told before stays told. Where it has no end it lasts a year. */
function recurringTimes(repeats: Repetition, { now, timezone }: { now: number; timezone: string }): Times {
  const from = Math.max(now, Date.parse(repeats.since ?? '') || now)
  const since = new Date(from).toISOString()
  const last = endOf({ repeats, cuts: [] }, timezone) ?? now + longestMs
  if (last <= now) throw new StewardError('input/invalid', 'repeats: all of this lies in the past.')
  if (last - now > longestMs) throw new StewardError('input/invalid', 'repeats: a silence ends within a year.')
  const until = repeats.every === 'week' ? { until: new Date(last).toISOString() } : {}
  return { from_at: from, to_at: last, repeats: JSON.stringify({ ...repeats, since, ...until }), cuts: '[]' }
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
  { by, now, timezone }: { by: string; now: number; timezone: string },
): Promise<StoredSilence> {
  const times = timesOf(input, { now, timezone })
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

/** Changes a silence that is not over; one that is once and has begun keeps its beginning. */
export async function changeSilence(
  db: Db,
  old: StoredSilence,
  input: SilenceInput,
  { now, timezone }: { now: number; timezone: string },
): Promise<StoredSilence> {
  refuseOver(old, now)
  const times = timesOf(input, { now, timezone })
  const keeps = old.from <= now && old.repeats === null && times.repeats === null
  const values = { ...whatOf(input), ...times, from_at: keeps ? old.from : times.from_at }
  return update(db, old.id, values)
}

/**
 * Ends what holds now: one that is once is over, one that recurs comes again. One that does not hold (`isRunning` is
 * false) is over for good, and gone where it has never begun.
 */
export async function endSilence(
  db: Db,
  old: StoredSilence,
  { now, isRunning }: { now: number; isRunning: boolean },
): Promise<StoredSilence> {
  refuseOver(old, now)
  if (old.repeats === null || !isRunning) return endForGood(db, old, now)
  const cuts = [...old.cuts, new Date(now).toISOString()].slice(-mostCuts)
  return update(db, old.id, { cuts: JSON.stringify(cuts) })
}

/** Ends a silence with all that would come of it; one that has not begun is gone. */
export async function endForGood(db: Db, old: StoredSilence, now: number): Promise<StoredSilence> {
  refuseOver(old, now)
  if (old.from < now) {
    const until = new Date(now).toISOString()
    const repeats = old.repeats === null ? null : JSON.stringify({ ...old.repeats, until })
    return update(db, old.id, { to_at: now, repeats })
  }
  await db.deleteFrom('alert_silences').where('id', '=', old.id).execute()
  return { ...old, from: Math.min(old.from, now), to: now }
}

async function update(db: Db, id: string, values: Partial<Row>): Promise<StoredSilence> {
  const query = db.updateTable('alert_silences').set(values).where('id', '=', id).returningAll()
  return fromRow(await query.executeTakeFirstOrThrow())
}

function refuseOver({ to }: StoredSilence, now: number): void {
  if (to <= now) throw new StewardError('input/conflict', 'This silence is over; make a new one.')
}
