import type { Migration } from 'kysely/migration'

export const discoveryMigrations: Record<string, Migration> = {
  '0001-discoveries': {
    async up(db) {
      await db.schema
        .createTable('discoveries')
        .addColumn('site', 'text', (it) => it.primaryKey().references('sites.id').onDelete('cascade'))
        .addColumn('network', 'text', (it) => it.notNull())
        .addColumn('state', 'text', (it) => it.notNull())
        .addColumn('started_at', 'integer', (it) => it.notNull())
        .addColumn('started_by', 'text', (it) => it.notNull())
        .addColumn('ended_at', 'integer')
        .addColumn('asked', 'integer', (it) => it.notNull())
        .addColumn('to_ask', 'integer', (it) => it.notNull())
        .addColumn('message', 'text')
        .execute()
      await db.schema
        .createTable('discovered')
        .addColumn('site', 'text', (it) => it.notNull().references('sites.id').onDelete('cascade'))
        .addColumn('address', 'text', (it) => it.notNull())
        .addColumn('found', 'text', (it) => it.notNull())
        .addPrimaryKeyConstraint('discovered_key', ['site', 'address'])
        .execute()
    },
  },
  '0002-why': {
    async up(db) {
      await db.schema.alterTable('discoveries').renameColumn('message', 'why').execute()
    },
  },
}
