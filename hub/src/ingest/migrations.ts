import type { Migration } from 'kysely/migration'

export const ingestMigrations: Record<string, Migration> = {
  '0001-sequences': {
    async up(db) {
      await db.schema
        .createTable('ingest_sequences')
        .addColumn('agent', 'text', (it) => it.notNull().references('agents.id').onDelete('cascade'))
        .addColumn('epoch', 'text', (it) => it.notNull())
        .addColumn('seq', 'integer', (it) => it.notNull())
        .addColumn('at', 'integer', (it) => it.notNull())
        .addPrimaryKeyConstraint('ingest_sequences_key', ['agent', 'epoch'])
        .execute()
    },
  },
}
