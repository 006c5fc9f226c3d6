import { type Kysely, type Selectable, sql } from 'kysely'
import { z } from 'zod'
import type { InventoryTables } from '../inventory/index.ts'
import type { FaultTables } from './schema.ts'

export type FaultsDb = Kysely<FaultTables & InventoryTables>
export type FaultRow = Selectable<FaultTables['faults']> & {
  site_name: string
  customer: string
  timezone: string
  device_name: string | null
  /** what its cause serves, as JSON */
  serves: string | null
}

export const Functions = z.record(z.string(), z.number())

/** Faults with the names that people know; every reader of faults begins here. */
export function named(db: FaultsDb) {
  return db
    .selectFrom('faults')
    .innerJoin('sites', 'sites.id', 'faults.site')
    .leftJoin('devices', (join) =>
      join.onRef('devices.site', '=', 'faults.site').onRef('devices.id', '=', 'faults.device'),
    )
    .selectAll('faults')
    .select([
      'sites.name as site_name',
      'sites.customer',
      'sites.timezone',
      'devices.name as device_name',
      sql<string | null>`json_extract(devices.config, '$.serves')`.as('serves'),
    ])
}

export async function faultRows(db: FaultsDb, ids: readonly string[]): Promise<FaultRow[]> {
  return ids.length === 0
    ? []
    : named(db)
        .where('faults.id', 'in', [...ids])
        .execute()
}

/** The open faults of L1 incidents. */
export async function openOfIncidents(db: FaultsDb, incidents: readonly string[]): Promise<FaultRow[]> {
  if (incidents.length === 0) return []
  return named(db)
    .where('faults.incident', 'in', [...new Set(incidents)])
    .where('faults.closed_at', 'is', null)
    .where('faults.level', '=', 'L1')
    .execute()
}

const Serves = z.array(z.object({ function: z.string() }))

/** Every system that a fault concerns: those that its cause serves, and those of which a function is lower. */
export function systemsOf(row: Pick<FaultRow, 'functions' | 'serves'>): string[] {
  const serves = Serves.parse(JSON.parse(row.serves ?? '[]')).map((it) => it.function)
  const lower = Object.keys(Functions.parse(JSON.parse(row.functions)))
  return [...new Set([...serves, ...lower].map((it) => it.split('/')[0] ?? ''))]
}
