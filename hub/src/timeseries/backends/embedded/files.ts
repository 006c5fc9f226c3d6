import { constants } from 'node:fs'
import { copyFile, glob, link, mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { z } from 'zod'
import type { Catalogue } from './catalogue.ts'
import { query } from './connection.ts'
import { quoted } from './layout.ts'

/** Deletes sealed files that a crash left without a transaction that names them. */
export async function sweepFiles(folder: string, catalogue: Catalogue): Promise<void> {
  const known = new Set(catalogue.segments.map((it) => it.file))
  for await (const file of glob(join('sealed', '*', '*', '*.parquet'), { cwd: folder })) {
    if (!known.has(file)) await rm(join(folder, file), { force: true })
  }
}

const NameRow = z.object({ name: z.string() })

/**
 * Copies the store into a folder as one moment has it: DuckDB's tables in one transaction, sealed files as links, which
 * never change. Nobody may seal meanwhile; writing goes on.
 */
export async function copyStore(
  connection: DuckDBConnection,
  it: { folder: string; catalogue: Catalogue; target: string },
): Promise<void> {
  await mkdir(it.target, { recursive: true, mode: 0o700 })
  for (const { file } of it.catalogue.segments) {
    const to = join(it.target, file)
    await mkdir(dirname(to), { recursive: true, mode: 0o700 })
    // Another disk has no links to this one.
    await link(join(it.folder, file), to).catch(() => copyFile(join(it.folder, file), to, constants.COPYFILE_EXCL))
  }
  const [name] = z.array(NameRow).parse(await query(connection, 'select current_database() as name'))
  await connection.run(`attach ${quoted(join(it.target, 'points.duckdb'))} as copied`)
  try {
    await connection.run(`copy from database "${name?.name ?? ''}" to copied`)
  } finally {
    await connection.run('detach copied')
  }
}
