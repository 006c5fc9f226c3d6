import type { Migration } from 'kysely/migration'

export const inventoryMigrations: Record<string, Migration> = {
  '0001-inventory': {
    async up(db) {
      await db.schema
        .createTable('customers')
        .addColumn('id', 'text', (it) => it.primaryKey())
        .addColumn('name', 'text', (it) => it.notNull())
        .addColumn('contact', 'text', (it) => it.notNull())
        .addColumn('created_at', 'integer', (it) => it.notNull())
        .execute()
      await db.schema
        .createTable('sites')
        .addColumn('id', 'text', (it) => it.primaryKey())
        .addColumn('customer', 'text', (it) => it.notNull().references('customers.id'))
        .addColumn('name', 'text', (it) => it.notNull())
        .addColumn('timezone', 'text', (it) => it.notNull())
        .addColumn('address', 'text', (it) => it.notNull())
        .addColumn('settings', 'text', (it) => it.notNull())
        .addColumn('systems', 'text', (it) => it.notNull())
        .addColumn('created_at', 'integer', (it) => it.notNull())
        .execute()
      await db.schema
        .createTable('devices')
        .addColumn('site', 'text', (it) => it.notNull().references('sites.id').onDelete('cascade'))
        .addColumn('id', 'text', (it) => it.notNull())
        .addColumn('name', 'text', (it) => it.notNull())
        .addColumn('kind', 'text', (it) => it.notNull())
        .addColumn('address', 'text')
        .addColumn('config', 'text', (it) => it.notNull())
        .addColumn('enabled', 'integer', (it) => it.notNull())
        .addColumn('created_at', 'integer', (it) => it.notNull())
        .addColumn('state', 'text', (it) => it.notNull().defaultTo('unknown'))
        .addColumn('since', 'integer')
        .addColumn('reason', 'text')
        .addColumn('identity', 'text', (it) => it.notNull().defaultTo('{}'))
        .addColumn('secret', 'text', (it) => it.notNull().defaultTo('unknown'))
        .addPrimaryKeyConstraint('devices_key', ['site', 'id'])
        .execute()
      await db.schema.createIndex('devices_by_id').on('devices').column('id').execute()
      await db.schema
        .createTable('device_states')
        .addColumn('site', 'text', (it) => it.notNull())
        .addColumn('device', 'text', (it) => it.notNull())
        .addColumn('at', 'integer', (it) => it.notNull())
        .addColumn('state', 'text', (it) => it.notNull())
        .addPrimaryKeyConstraint('device_states_key', ['site', 'device', 'at'])
        .execute()
      await db.schema
        .createTable('maintenance')
        .addColumn('id', 'text', (it) => it.primaryKey())
        .addColumn('site', 'text', (it) => it.notNull().references('sites.id').onDelete('cascade'))
        .addColumn('devices', 'text', (it) => it.notNull())
        .addColumn('from_at', 'integer', (it) => it.notNull())
        .addColumn('to_at', 'integer', (it) => it.notNull())
        .addColumn('reason', 'text', (it) => it.notNull())
        .addColumn('created_by', 'text', (it) => it.notNull())
        .execute()
    },
  },
  '0002-recurring-maintenance': {
    async up(db) {
      await db.schema
        .alterTable('maintenance')
        .addColumn('systems', 'text', (it) => it.notNull().defaultTo('[]'))
        .execute()
      await db.schema.alterTable('maintenance').addColumn('repeats', 'text').execute()
      await db.schema.createIndex('maintenance_by_site').on('maintenance').columns(['site', 'to_at']).execute()
    },
  },
}
