import type { Fault, FaultQuery, PageQuery } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import { FaultKind, FaultLevel, Text } from '@steward/shared/model'
import type { z } from 'zod'
import type { Scope } from '../access/index.ts'
import { readMaintenance } from '../inventory/index.ts'
import { pageEnd, pageToken } from './page-token.ts'
import { type FaultRow, type FaultsDb, Functions, named } from './rows.ts'
import { type Silencing, silencesOf } from './silenced.ts'

/** The fault, or `input/not-found`: what is not there and what is not yours look alike. */
export async function needFault(db: FaultsDb, scope: Scope, id: string): Promise<FaultRow> {
  const query = named(db).where('faults.id', '=', id)
  const row = await (scope.all ? query : query.where('sites.customer', 'in', [...scope.customers])).executeTakeFirst()
  if (row !== undefined) return row
  throw new StewardError('input/not-found', 'There is no such fault.')
}

type Query = Partial<z.output<typeof FaultQuery>> & z.output<typeof PageQuery>

/** Open faults worst first, then newest; closed ones, and all, newest first. */
export async function listFaults(
  db: FaultsDb,
  scope: Scope,
  query: Query,
): Promise<{ rows: FaultRow[]; next: string | null }> {
  const state = query.state ?? 'open'
  const worstFirst = state === 'open'
  let select = named(db)
  if (!scope.all) select = select.where('sites.customer', 'in', [...scope.customers])
  if (state === 'open') select = select.where('faults.closed_at', 'is', null)
  if (state === 'closed') select = select.where('faults.closed_at', 'is not', null)
  if (query.site !== undefined) select = select.where('faults.site', '=', query.site)
  if (query.device !== undefined) select = select.where('faults.device', '=', query.device)
  if (query.level !== undefined) select = select.where('faults.level', '=', query.level)
  if (query.next !== undefined) {
    const end = pageEnd(query.next)
    select = select.where((it) => {
      const sameTime = it.and([it('faults.opened_at', '=', end.openedAt), it('faults.id', '>', end.id)])
      const later = it.or([it('faults.opened_at', '<', end.openedAt), sameTime])
      if (!worstFirst) return later
      return it.or([it('faults.level', '>', end.level), it.and([it('faults.level', '=', end.level), later])])
    })
  }
  if (worstFirst) select = select.orderBy('faults.level')
  const rows = await select
    .orderBy('faults.opened_at', 'desc')
    .orderBy('faults.id')
    .limit(query.limit + 1)
    .execute()
  const page = rows.slice(0, query.limit)
  const last = page.at(-1)
  const next = rows.length > page.length && last !== undefined ? pageToken(last) : null
  return { rows: page, next }
}

/** Faults as people see them; one whose cause is under maintenance now (or was when it closed) says so, and one that is silenced. */
export async function describeFaults(db: FaultsDb, rows: readonly FaultRow[], now: number): Promise<Fault[]> {
  const sites = [...Map.groupBy(rows, (it) => it.site)]
  const maintenance = new Map(
    await Promise.all(
      sites.map(async ([site, of]) => {
        const times = of.map((it) => it.closed_at ?? now)
        const over = { from: Math.min(...times), to: Math.max(...times) + 1 }
        return [site, await readMaintenance(db, site, over)] as const
      }),
    ),
  )
  const silences = await silencesOf(db, rows, now)
  return rows.map((row) => {
    const maintained = maintenance.get(row.site)?.(row.closed_at ?? now)
    const isIn = maintained?.all === true || (row.device !== null && maintained?.devices.has(row.device) === true)
    return faultOf(row, { maintenance: isIn, silencing: silences.get(row.id) ?? null })
  })
}

type Context = { maintenance: boolean; silencing: Silencing | null }

function faultOf(row: FaultRow, { maintenance, silencing }: Context): Fault {
  const { acknowledged_at: at, acknowledged_by: by, acknowledged_note: note } = row
  return {
    id: row.id,
    site: row.site,
    siteName: row.site_name,
    device: row.device,
    deviceName: row.device === null ? null : (row.device_name ?? row.device),
    level: FaultLevel.parse(row.level),
    kind: FaultKind.parse(row.kind),
    reason: Text.parse(JSON.parse(row.reason)),
    openedAt: new Date(row.opened_at).toISOString(),
    closedAt: row.closed_at === null ? null : new Date(row.closed_at).toISOString(),
    affected: affectedOf(row),
    functions: Functions.parse(JSON.parse(row.functions)),
    incident: row.level === 'L1' ? (row.incident ?? row.id) : null,
    acknowledged: at === null ? null : { at: new Date(at).toISOString(), by: by ?? '', note: note ?? '' },
    maintenance,
    silenced: silencing === null ? null : silencedOf(silencing),
    levelByHand: levelByHandOf(row),
  }
}

function silencedOf({ silence: { by, reason }, until }: Silencing): Fault['silenced'] {
  return { until: new Date(until).toISOString(), by, reason }
}

function levelByHandOf({ set_level, set_at, set_by, set_reason, judged_level }: FaultRow): Fault['levelByHand'] {
  if (set_level === null || set_at === null) return null
  const judged = FaultLevel.parse(judged_level)
  return { judged, at: new Date(set_at).toISOString(), by: set_by ?? '', reason: set_reason ?? '' }
}

/** The devices that a fault affects; thousands at a time, so they are looked at and not parsed by a schema. */
export function affectedOf(row: Pick<FaultRow, 'affected'>): string[] {
  const names: unknown = JSON.parse(row.affected)
  return Array.isArray(names) ? names.filter((it) => typeof it === 'string') : []
}
