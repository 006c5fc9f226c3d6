/** Files a judgement: what stands of a site's faults after a time becomes what it says. */
import { DiagnosisSnapshot, type FaultEvent } from '@steward/shared/diagnosis'
import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import { closeFault, contentOf, type FaultChange, hubFaultId, noteByHub, untouched } from '../file-event.ts'
import type { FaultsDb } from '../rows.ts'
import type { FaultTables } from '../schema.ts'
import type { Base } from './replay.ts'

type Row = Selectable<FaultTables['faults']>
type Line = Selectable<FaultTables['fault_events']>
type Content = Omit<FaultEvent, 'event'>

type Outcome = { site: string; base: Base; events: readonly FaultEvent[]; now: number }

const machine = ['opened', 'changed', 'closed']

const disproved = {
  zh: '后来收到的信息表明：它不是原因，而是受另一故障影响。',
  en: 'What was told late shows that it was no cause of its own, but the effect of another fault.',
}

/**
 * Whatever was judged after the base is replaced, line by line, so that nothing changes where nothing new was told. A fault
 * that is none after all stays to be read, and ends. Gives what changed.
 */
export async function fileOutcome(db: FaultsDb, it: Outcome): Promise<FaultChange[]> {
  const { site, base, now } = it
  const events = Map.groupBy(it.events, (event) => hubFaultId(site, event.fault))
  const lines = Map.groupBy(await linesAfter(db, site, base.at), (line) => line.fault)
  const ids = [...new Set([...events.keys(), ...lines.keys()])]
  const rows = new Map((await rowsOf(db, ids)).map((row) => [row.id, row]))
  const openThen = new Map(
    base.snapshot === null
      ? []
      : DiagnosisSnapshot.parse(base.snapshot).open.map((fault) => [hubFaultId(site, fault.fault), fault] as const),
  )
  const changes: FaultChange[] = []
  for (const id of ids) {
    const row = rows.get(id)
    const own = events.get(id) ?? []
    const first = openThen.get(id)
    if (own.length === 0 && first === undefined) {
      if (row !== undefined) changes.push(...(await disprove(db, row, now)))
      continue
    }
    changes.push(...(await fileFault(db, { id, site, row, first, events: own, now })))
    await fileLines(db, { id, events: own, lines: lines.get(id) ?? [], now })
  }
  return changes
}

async function linesAfter(db: FaultsDb, site: string, at: number): Promise<Line[]> {
  return db
    .selectFrom('fault_events')
    .innerJoin('faults', 'faults.id', 'fault_events.fault')
    .selectAll('fault_events')
    .where('faults.site', '=', site)
    .where('faults.device', 'is not', null)
    .where('fault_events.at', '>', at)
    .where('fault_events.event', 'in', machine)
    .execute()
}

async function rowsOf(db: FaultsDb, ids: readonly string[]): Promise<Row[]> {
  return db
    .selectFrom('faults')
    .selectAll()
    .where(sql<boolean>`id in (select value from json_each(${JSON.stringify(ids)}))`)
    .execute()
}

async function disprove(db: FaultsDb, row: Row, now: number): Promise<FaultChange[]> {
  if (row.closed_at !== null) return []
  await closeFault(db, row, { at: now, reason: disproved, now })
  return [{ fault: row.id, change: 'closed', at: now }]
}

type OneFault = {
  id: string
  site: string
  row: Row | undefined
  /** as it was at the base, where it was open then */
  first: Content | undefined
  events: readonly FaultEvent[]
  now: number
}

async function fileFault(db: FaultsDb, { id, site, row, first, events }: OneFault): Promise<FaultChange[]> {
  const last = events.at(-1)
  // What a fault was stays to be read when it is over.
  const content = events.findLast((it) => it.event !== 'closed') ?? first ?? last
  if (content === undefined) return []
  const closed_at = last?.event === 'closed' ? last.at : null
  const opened_at = events.find((it) => it.event === 'opened')?.at ?? row?.opened_at ?? content.at
  const at = last?.at ?? opened_at
  const told = { ...contentOf(site, content), opened_at, closed_at }
  if (row === undefined) {
    await db
      .insertInto('faults')
      .values({ id, site, device: content.cause, ...told, ...untouched })
      .execute()
    const opened: FaultChange = { fault: id, change: 'opened', at: opened_at }
    return closed_at === null ? [opened] : [opened, { fault: id, change: 'closed', at: closed_at }]
  }
  // What a person set stays until they free it.
  const values = { ...told, level: row.set_level ?? told.level }
  if (isSame(row, values)) return []
  await db.updateTable('faults').set(values).where('id', '=', id).execute()
  if (row.closed_at !== null && closed_at === null) return [{ fault: id, change: 'opened', at }]
  return [{ fault: id, change: row.closed_at === null && closed_at !== null ? 'closed' : 'changed', at }]
}

function isSame(row: Row, values: Partial<Row>): boolean {
  const before: Record<string, unknown> = row
  return Object.entries(values).every(([field, value]) => before[field] === value)
}

async function fileLines(
  db: FaultsDb,
  it: { id: string; events: readonly FaultEvent[]; lines: readonly Line[]; now: number },
): Promise<void> {
  const { id, events, now } = it
  const keyOf = (line: { at: number; event: string }) => `${line.at} ${line.event}`
  const known = new Map(it.lines.map((line) => [keyOf(line), line]))
  for (const { at, event, level, kind, reason: words } of events) {
    const reason = JSON.stringify(words)
    const line = known.get(keyOf({ at, event }))
    known.delete(keyOf({ at, event }))
    if (line?.level === level && line.kind === kind && line.reason === reason) continue
    await noteByHub(db, { fault: id, at, event, level, kind, reason, now })
  }
  for (const { at, event } of known.values()) {
    await db
      .deleteFrom('fault_events')
      .where('fault', '=', id)
      .where('at', '=', at)
      .where('event', '=', event)
      .execute()
  }
}
