import { Kysely, sql } from 'kysely'
import { z } from 'zod'
import { sqliteDialect } from './sqlite-dialect.ts'

const Names = z.array(z.object({ name: z.string() }))
const Said = z.array(z.object({ said: z.string() }))

/** Works on a database file over a connection of its own, so that nobody else waits for it. */
async function alone<T>(file: string, work: (db: Kysely<unknown>) => Promise<T>): Promise<T> {
  const db = new Kysely<unknown>({ dialect: sqliteDialect(file) })
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

/** Writes the database as one moment has it into a new file, while it is in use. */
export async function copyDatabase(file: string, target: string): Promise<void> {
  await alone(file, (db) => sql`vacuum into ${target}`.execute(db))
}

/**
 * Reads a whole database file: every page and index, every reference. Gives the rows of each table by its name; throws
 * with what is wrong.
 */
export async function checkDatabase(file: string): Promise<Record<string, number>> {
  return alone(file, async (db) => {
    const integrity = await sql`select integrity_check as said from pragma_integrity_check`.execute(db)
    const said = Said.parse(integrity.rows).map((it) => it.said)
    if (said.length !== 1 || said[0] !== 'ok') throw new Error(said.join('; '))
    const broken = await sql`select "table" as name from pragma_foreign_key_check limit 1`.execute(db)
    const [orphan] = Names.parse(broken.rows)
    if (orphan !== undefined) throw new Error(`rows of "${orphan.name}" refer to rows that are not there`)
    const tables = await sql`select name from sqlite_schema where type = 'table' order by name`.execute(db)
    const rows: Record<string, number> = {}
    for (const { name } of Names.parse(tables.rows)) {
      const counted = await sql<{ count: number }>`select count(*) as count from ${sql.id(name)}`.execute(db)
      rows[name] = Number(counted.rows[0]?.count ?? 0)
    }
    return rows
  })
}
