import type { FaultEvent } from '@steward/shared/diagnosis'
import type { Kysely, Selectable } from 'kysely'
import type { FaultTables } from './schema.ts'

type Db = Kysely<FaultTables>
type Row = Selectable<FaultTables['faults']>

/** What became of a fault, for whoever shows or alerts it. */
export type FaultChange = { fault: string; change: 'opened' | 'changed' | 'closed' | 'acknowledged'; at: number }

/** The hub's id of an agent's fault: unique over all sites, and fit for an address. */
export function hubFaultId(site: string, fault: string): string {
  return `${site}~${fault.replaceAll('@', '~').replace(/[^A-Za-z0-9._~-]/g, '_')}`
}

/**
 * Files what an agent tells of a fault, at the time at which it happened, inside the transaction of its batch. Told twice
 * it is filed once. Gives what changed; nothing for what is known, or came after something newer.
 */
export async function fileFaultEvent(
  db: Db,
  site: string,
  event: FaultEvent,
  now: number,
  options: { onlyKnown: boolean } = { onlyKnown: false },
): Promise<FaultChange[]> {
  const id = hubFaultId(site, event.fault)
  const row = await db.selectFrom('faults').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined && options.onlyKnown) return []
  const changes = row === undefined && event.event !== 'closed' ? await closeOthers(db, site, event, now) : []
  if (row === undefined) await insertFault(db, { id, site }, event)
  if (!(await note(db, id, event, now))) return changes
  if (row !== undefined) await updateFault(db, row, event)
  const isOverAlready = row !== undefined && row.closed_at !== null && event.event !== 'closed'
  const change = { fault: id, change: event.event, at: event.at }
  return isOverAlready ? changes : [...changes, change]
}

/**
 * A device carries one fault at a time. Where an older one is still open, its end was lost, or the agent has begun anew:
 * it ended at the latest now.
 */
async function closeOthers(db: Db, site: string, event: FaultEvent, now: number): Promise<FaultChange[]> {
  const older = await db
    .selectFrom('faults')
    .selectAll()
    .where('site', '=', site)
    .where('device', '=', event.cause)
    .where('closed_at', 'is', null)
    .where('opened_at', '<=', event.at)
    .execute()
  const reason = {
    zh: '同一设备上有新的故障取代了它；其结束时间未能收到。',
    en: 'A new fault of the same device took its place; word of its end was lost.',
  }
  for (const row of older) await closeFault(db, row, { at: event.at, reason, now })
  return older.map((row) => ({ fault: row.id, change: 'closed', at: event.at }))
}

/** Closes a fault by the hub's own word. */
export async function closeFault(
  db: Db,
  row: Row,
  it: { at: number; reason: { zh: string; en: string }; now: number },
): Promise<void> {
  const closed_at = Math.max(it.at, row.opened_at)
  await db.updateTable('faults').set({ closed_at }).where('id', '=', row.id).execute()
  const { judged_level: level, kind } = row
  const reason = JSON.stringify(it.reason)
  await noteByHub(db, { fault: row.id, at: closed_at, event: 'closed', level, kind, reason, now: it.now })
}

/** A line of the history by the hub's own word; of two at one instant the later one counts. */
export async function noteByHub(
  db: Db,
  it: {
    fault: string
    at: number
    event: FaultEvent['event']
    level: string
    kind: string
    reason: string
    now: number
  },
): Promise<void> {
  const { now: filed_at, ...line } = it
  const { fault, at, event, level, kind, reason } = line
  await db
    .deleteFrom('fault_events')
    .where('fault', '=', fault)
    .where('at', '=', at)
    .where('event', '=', event)
    .execute()
  await db
    .insertInto('fault_events')
    .values({ fault, at, event, level, kind, reason, by: null, note: null, filed_at })
    .execute()
}

/** The columns of a fault that an agent's word, or the hub's judgement, fills. */
export function contentOf(site: string, event: Omit<FaultEvent, 'event'>) {
  return {
    kind: event.kind,
    level: event.level,
    judged_level: event.level,
    reason: JSON.stringify(event.reason),
    affected: JSON.stringify(event.affected),
    functions: JSON.stringify(event.functions),
    incident: event.incident === null ? null : hubFaultId(site, event.incident),
    told_at: event.at,
  }
}

async function insertFault(db: Db, { id, site }: { id: string; site: string }, event: FaultEvent): Promise<void> {
  await db
    .insertInto('faults')
    .values({
      id,
      site,
      device: event.cause,
      ...contentOf(site, event),
      // Where word of its opening was lost, it is as old as the first word of it.
      opened_at: event.at,
      closed_at: event.event === 'closed' ? event.at : null,
      ...untouched,
    })
    .execute()
}

/** Nobody has looked after it, or set its level. */
export const untouched = {
  acknowledged_at: null,
  acknowledged_by: null,
  acknowledged_note: null,
  set_level: null,
  set_at: null,
  set_by: null,
  set_reason: null,
}

/** What a fault was stays to be read when it is over: its end changes nothing of it but that. */
async function updateFault(db: Db, row: Row, event: FaultEvent): Promise<void> {
  const isNews = event.event !== 'closed' && event.at >= row.told_at && row.closed_at === null
  await db
    .updateTable('faults')
    .set({
      ...(isNews ? contentOf(row.site, event) : {}),
      // What a person set stays until they free it.
      level: row.set_level ?? (isNews ? event.level : row.level),
      opened_at: event.event === 'opened' ? event.at : row.opened_at,
      closed_at: event.event === 'closed' ? event.at : row.closed_at,
    })
    .where('id', '=', row.id)
    .execute()
}

/** Writes a line of the history; false when it stands there already. */
async function note(db: Db, fault: string, event: FaultEvent, now: number): Promise<boolean> {
  const { at, level, kind, reason } = event
  const done = await db
    .insertInto('fault_events')
    .values({
      fault,
      at,
      event: event.event,
      level,
      kind,
      reason: JSON.stringify(reason),
      by: null,
      note: null,
      filed_at: now,
    })
    .onConflict((it) => it.doNothing())
    .executeTakeFirst()
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n
}
