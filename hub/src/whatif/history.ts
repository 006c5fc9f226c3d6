/** The past of a site as inputs of the diagnosis: states, maintenance and marks as they are stored, in order of time. */
import type { DiagnosisInput } from '@steward/shared/diagnosis'
import { DeviceState } from '@steward/shared/model'
import type { Kysely } from 'kysely'
import type { FaultTables } from '../faults/index.ts'
import { type InventoryTables, maintenanceSpans } from '../inventory/index.ts'
import type { Instant } from './replay.ts'

export type HistoryDb = Kysely<FaultTables & InventoryTables>
type Span = { from: number; to: number }
type Timed = { at: number; input: DiagnosisInput }

/** What each device was last told to be before the span, at its own time, then everything within; ends are left out. */
export async function readHistory(
  db: HistoryDb,
  site: { id: string; devices: readonly string[] },
  span: Span,
): Promise<Instant[]> {
  const timed = [
    ...(await statesOf(db, site.id, span)),
    ...(await maintenanceOf(db, site, span)),
    ...(await marksOf(db, site.id, span)),
  ]
  const instants: Instant[] = []
  for (const { at, input } of timed.sort((a, b) => a.at - b.at)) {
    const last = instants.at(-1)
    if (last?.at === at) last.inputs.push(input)
    else instants.push({ at, inputs: [input] })
  }
  return instants
}

async function statesOf(db: HistoryDb, site: string, span: Span): Promise<Timed[]> {
  const of = db.selectFrom('device_states').where('site', '=', site)
  // SQLite gives the other columns of the row that the maximum is from.
  const before = await of
    .select((it) => ['device', 'state', it.fn.max('at').as('at')])
    .where('at', '<', span.from)
    .groupBy('device')
    .execute()
  const within = await of
    .select(['device', 'state', 'at'])
    .where('at', '>=', span.from)
    .where('at', '<', span.to)
    .execute()
  const silences = await silencesOf(db, site, span.to)
  return [...before, ...within].flatMap(({ device, state, at }) =>
    // While an agent is silent nothing opens or closes: what the hub does not know is no change.
    state === 'unknown' && silences.has(at) ? [] : [{ at, input: { device, state: DeviceState.parse(state) } }],
  )
}

async function silencesOf(db: HistoryDb, site: string, until: number): Promise<ReadonlySet<number>> {
  const rows = await db
    .selectFrom('faults')
    .select('opened_at')
    .where('site', '=', site)
    .where('kind', '=', 'site-unreachable')
    .where('opened_at', '<', until)
    .execute()
  return new Set(rows.map((it) => it.opened_at))
}

/** Windows may overlap: a device is maintained while any of them is under way. */
async function maintenanceOf(
  db: HistoryDb,
  site: { id: string; devices: readonly string[] },
  span: Span,
): Promise<Timed[]> {
  const depths = new Map<string, { at: number; by: number }[]>()
  for (const { from, to, devices } of await maintenanceSpans(db, site.id, span)) {
    for (const device of devices.length === 0 ? site.devices : devices) {
      const of = depths.get(device) ?? []
      of.push({ at: from, by: 1 }, { at: to, by: -1 })
      depths.set(device, of)
    }
  }
  return [...depths].flatMap(([device, changes]) => {
    let depth = 0
    return changes
      .sort((a, b) => a.at - b.at || b.by - a.by)
      .flatMap(({ at, by }): Timed[] => {
        const was = depth > 0
        depth += by
        return depth > 0 === was || at >= span.to ? [] : [{ at, input: { device, maintenance: !was } }]
      })
  })
}

const marking = new Set(['imminent', 'degraded', 'unmanageable'])

/** What was marked is known by the kinds that its faults had: of several marks of a device there is one. */
async function marksOf(db: HistoryDb, site: string, span: Span): Promise<Timed[]> {
  const rows = await db
    .selectFrom('faults')
    .innerJoin('fault_events', 'fault_events.fault', 'faults.id')
    .select(['faults.id', 'faults.device', 'fault_events.at', 'fault_events.event', 'fault_events.kind'])
    .select('fault_events.level')
    .where('faults.site', '=', site)
    .where('faults.opened_at', '<', span.to)
    .where((it) => it.or([it('faults.closed_at', 'is', null), it('faults.closed_at', '>=', span.from)]))
    .where('fault_events.event', 'in', ['opened', 'changed', 'closed'])
    .where('fault_events.at', '<', span.to)
    .orderBy('faults.id')
    .orderBy('fault_events.at')
    .execute()
  const timed: Timed[] = []
  for (const [index, { id, device, at, event, kind, level }] of rows.entries()) {
    const before = rows[index - 1]
    const was = before?.id === id && marking.has(before.kind ?? '') ? before.kind : null
    const is = event !== 'closed' && marking.has(kind ?? '') ? kind : null
    if (device === null) continue
    if (was !== null && was !== is) timed.push({ at, input: markOf(device, was, false, null) })
    if (is !== null) timed.push({ at, input: markOf(device, is, true, level) })
  }
  return timed
}

function markOf(device: string, kind: string, value: boolean, level: string | null): DiagnosisInput {
  if (kind === 'imminent') return { device, imminent: 'stored', value }
  if (kind === 'degraded') return { device, degraded: 'stored', value, direct: level === 'L3' }
  return { device, unmanageable: value }
}
