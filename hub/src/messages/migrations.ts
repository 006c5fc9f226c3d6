import type { Migration } from 'kysely/migration'

export const messageMigrations: Record<string, Migration> = {
  '0001-messages': {
    async up(db) {
      await db.schema
        .createTable('messages')
        .addColumn('seq', 'integer', (it) => it.primaryKey().autoIncrement())
        .addColumn('site', 'text', (it) => it.notNull().references('sites.id').onDelete('cascade'))
        .addColumn('device', 'text', (it) => it.notNull())
        .addColumn('at', 'integer', (it) => it.notNull())
        .addColumn('protocol', 'text', (it) => it.notNull())
        .addColumn('name', 'text', (it) => it.notNull())
        .addColumn('urgency', 'integer')
        .addColumn('text', 'text', (it) => it.notNull())
        .addColumn('fields', 'text', (it) => it.notNull())
        .addColumn('count', 'integer', (it) => it.notNull())
        .execute()
      await db.schema.createIndex('messages_of_device').on('messages').columns(['site', 'device', 'seq']).execute()
      await db.schema.createIndex('messages_of_site').on('messages').columns(['site', 'seq']).execute()
      await db.schema.createIndex('messages_by_age').on('messages').column('at').execute()
    },
  },
}
