import type { Connection, DeviceModel } from '@steward/shared/model'
import type { CsvDevices } from './csv.ts'

/** Fields of a device that are a column of their own. */
const fields = ['name', 'kind', 'address', 'serves', 'needs', 'agent', 'location', 'note'] as const

/**
 * A device as a row of a table would have it. What the table has no column for stays as it was (registers, weights,
 * further connections, whether it is switched on), since a table that leaves it out says nothing of it.
 */
export function mergeRow(table: CsvDevices, before: DeviceModel | undefined, row: DeviceModel): DeviceModel {
  if (before === undefined) return row
  const weights = new Map(before.serves.map((it) => [it.function, it]))
  const told = Object.fromEntries(fields.filter((it) => table.columns.has(it)).map((it) => [it, row[it]]))
  const merged: DeviceModel = { ...before, ...told, connections: connectionsOf(table, before, row) }
  return { ...merged, serves: merged.serves.map((it) => weights.get(it.function) ?? it) }
}

/** Another driver is another connection; the same one takes the port and user that the row has. */
function connectionsOf(table: CsvDevices, before: DeviceModel, row: DeviceModel): Connection[] {
  const [first, ...others] = before.connections
  const [wanted] = row.connections
  if (!table.columns.has('driver')) return before.connections
  if (wanted === undefined || first === undefined || wanted.driver !== first.driver) return row.connections
  const cells = table.rows.get(row.id)?.cells ?? {}
  const port = cells.port === undefined || cells.port === '' ? first.port : wanted.port
  if (first.driver !== 'snmp' || wanted.driver !== 'snmp') return [{ ...first, port }, ...others]
  const named = wanted.user === undefined ? {} : { version: wanted.version, user: wanted.user }
  return [{ ...first, port, ...named }, ...others]
}
