import type { Migration } from 'kysely/migration'

/** Remote support's part of the relational store. */
export const sessionMigrations: Record<string, Migration> = {
  '0001-tunnels': {
    async up(db) {
      await db.schema
        .createTable('tunnels')
        .addColumn('id', 'text', (it) => it.primaryKey())
        .addColumn('site', 'text', (it) => it.notNull())
        .addColumn('customer', 'text', (it) => it.notNull())
        .addColumn('device', 'text', (it) => it.notNull())
        .addColumn('port', 'integer', (it) => it.notNull())
        .addColumn('who', 'text', (it) => it.notNull())
        .addColumn('reason', 'text', (it) => it.notNull())
        .addColumn('opened_at', 'integer', (it) => it.notNull())
        .addColumn('streams', 'integer', (it) => it.notNull())
        .addColumn('up_bytes', 'integer', (it) => it.notNull())
        .addColumn('down_bytes', 'integer', (it) => it.notNull())
        .execute()
    },
  },
}
