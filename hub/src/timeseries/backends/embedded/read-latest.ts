import type { DuckDBConnection } from '@duckdb/node-api'
import type { LatestValue } from '../../store.ts'
import type { Catalogue } from './catalogue.ts'
import { columns } from './connection.ts'
import type { KnownDevice } from './known-series.ts'
import { oneOf } from './read-series.ts'

/** Brings what is known of a device up to date with what was written before this process started. */
export async function completeDevice(
  connection: DuckDBConnection,
  catalogue: Catalogue,
  device: KnownDevice,
): Promise<void> {
  const byId = new Map([...device.points.values()].map((it) => [it.id, it]))
  const ids = [...byId.keys()].join(', ')
  const stored = [
    ...catalogue.tables.map(
      (it) => `select series, ${it.day} + ms::bigint as t, num, word, flag from ${it.name} where series in (${ids})`,
    ),
    `select series, at_ms as t, num, word, flag from last_values where series in (${ids})`,
  ]
  const [id = [], at = [], num = [], word = [], flag = []] = await columns(
    connection,
    `select series, t::double, last.num, last.word, last.flag from (
       select series, max(t) as t, arg_max({ 'num': num, 'word': word, 'flag': flag }, t) as last
       from (${stored.join(' union all ')}) group by series)`,
  )
  for (const [row, series] of id.entries()) {
    const entry = byId.get(Number(series))
    const time = Number(at[row])
    if (entry !== undefined && time > entry.at) {
      Object.assign(entry, { at: time, value: oneOf(num[row], word[row], flag[row]) })
    }
  }
  device.complete = true
}

export function latestOf(device: KnownDevice): LatestValue[] {
  return [...device.points].flatMap(([point, { at, value }]) => (at < 0 ? [] : [{ point, at, value }]))
}
