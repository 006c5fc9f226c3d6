import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { z } from 'zod'
import type { Catalogue } from './catalogue.ts'
import { query } from './connection.ts'
import { quoted } from './layout.ts'

const Row = z.object({ rows: z.number() })

/** Reads every value of every table and sealed file; throws with DuckDB's words where one cannot be read. */
export async function checkStore(
  connection: DuckDBConnection,
  { folder, catalogue }: { folder: string; catalogue: Catalogue },
): Promise<{ files: number; values: number }> {
  let values = 0
  // The hash makes DuckDB decode every column, which a count alone does not.
  const read = async (source: string): Promise<number> => {
    const sql = `select count(*)::double as rows, bit_xor(hash(it))::varchar as hash from ${source} as it`
    const [row] = z.array(Row).parse(await query(connection, sql))
    return row?.rows ?? 0
  }
  for (const { name } of catalogue.tables) values += await read(name)
  for (const { file, tier } of catalogue.segments) {
    const rows = await read(`read_parquet(${quoted(join(folder, file))})`)
    if (tier === 'raw') values += rows
  }
  return { files: catalogue.segments.length, values }
}
