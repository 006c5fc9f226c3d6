import { StewardError } from '@steward/shared/errors'
import { Kysely } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { sqliteDialect } from './sqlite-dialect.ts'

/** A room's migrations by name; rooms run in the order given, a room's own in the order of their names. */
export type RoomMigrations = { room: string; migrations: Record<string, Migration> }

/**
 * Opens (or makes) the database file and brings it to today's shape. A room reads and writes its tables through
 * `db.withTables<ItsTables>()`. Throws StewardError when a migration fails; nothing of it is kept then.
 */
export async function openDatabase(file: string, rooms: readonly RoomMigrations[]): Promise<Kysely<unknown>> {
  const db = new Kysely<unknown>({ dialect: sqliteDialect(file) })
  for (const { room, migrations } of rooms) {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => migrations },
      migrationTableName: `migrations_${room}`,
      migrationLockTableName: `migrations_${room}_lock`,
    })
    const { error } = await migrator.migrateToLatest()
    if (error !== undefined) {
      await db.destroy()
      const why = error instanceof Error ? error.message : String(error)
      throw new StewardError(
        'system/internal',
        `The database ${file} cannot be brought to this version (${room}: ${why}).`,
        { cause: error },
      )
    }
  }
  return db
}

/** Opens the database file for reading alone, beside a hub that may be running; its shape is taken as it is. */
export function openForReading(file: string): Kysely<unknown> {
  return new Kysely<unknown>({ dialect: sqliteDialect(file, { readOnly: true }) })
}
