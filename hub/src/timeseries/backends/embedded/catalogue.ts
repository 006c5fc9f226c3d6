import type { DuckDBConnection } from '@duckdb/node-api'
import { z } from 'zod'
import { query } from './connection.ts'
import { type DayTable, parseTableName, type Segment, tableName } from './layout.ts'

/** What there is to read: tables of values not sealed yet, sealed files, and under which customers a site's files lie. */
export type Catalogue = {
  tables: DayTable[]
  /** tables that are being sealed: nothing is added to them */
  frozen: Set<string>
  segments: Segment[]
  /** site → its customers so far, the present one last */
  customers: Map<string, string[]>
  /** day → when a value of it came last, since this process started */
  writtenAt: Map<number, number>
}

const SegmentRow = z.object({
  file: z.string(),
  customer: z.string(),
  tier: z.enum(['raw', '5m', '1h']),
  from: z.number(),
  to: z.number(),
})
const CustomerRow = z.object({ site: z.string(), customer: z.string() })
const TableRow = z.object({ name: z.string() })

/** Reads the catalogue as the last committed transaction left it. */
export async function readCatalogue(connection: DuckDBConnection): Promise<Catalogue> {
  const tables = z.array(TableRow).parse(await query(connection, 'select table_name as name from duckdb_tables()'))
  const segments = await query(
    connection,
    'select file, customer, tier, from_ms::double as "from", to_ms::double as "to" from segments',
  )
  const customers = await query(connection, 'select site, customer from site_customers order by since')
  const catalogue: Catalogue = {
    tables: tables
      .flatMap(({ name }) => {
        const parsed = parseTableName(name)
        return parsed === null ? [] : [{ name, ...parsed }]
      })
      .sort((a, b) => a.day - b.day || a.generation - b.generation)
      .map(({ name, day }) => ({ name, day })),
    frozen: new Set(),
    segments: z.array(SegmentRow).parse(segments),
    customers: new Map(),
    writtenAt: new Map(),
  }
  for (const { site, customer } of z.array(CustomerRow).parse(customers)) noteCustomer(catalogue, site, customer)
  return catalogue
}

/** The site belongs to this customer from now on. */
export function noteCustomer(catalogue: Catalogue, site: string, customer: string): void {
  const before = catalogue.customers.get(site) ?? []
  catalogue.customers.set(site, [...before.filter((it) => it !== customer), customer])
}

export function customerOf(catalogue: Catalogue, site: string): string | undefined {
  return catalogue.customers.get(site)?.at(-1)
}

/** The table that takes values of a day now, or undefined where one is still to be made. */
export function openTable(catalogue: Catalogue, day: number): DayTable | undefined {
  return catalogue.tables.findLast((it) => it.day === day && !catalogue.frozen.has(it.name))
}

/** A table for a day, under a name that none has had since the start. */
export function newTable(catalogue: Catalogue, day: number): DayTable {
  const used = catalogue.tables.filter((it) => it.day === day).map((it) => parseTableName(it.name)?.generation ?? 0)
  return { name: tableName(day, Math.max(0, ...used) + 1), day }
}
