import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const accessMigrations: Record<string, Migration> = {
  '0001-access': {
    async up(db) {
      await db.schema
        .createTable('company')
        .addColumn('id', 'integer', (it) => it.primaryKey().check(sql`id = 1`))
        .addColumn('name', 'text', (it) => it.notNull())
        .addColumn('language', 'text', (it) => it.notNull())
        .addColumn('timezone', 'text', (it) => it.notNull())
        .addColumn('setup_at', 'integer', (it) => it.notNull())
        .execute()
      await db.schema
        .createTable('memberships')
        .addColumn('person', 'text', (it) => it.notNull())
        .addColumn('role', 'text', (it) => it.notNull())
        // A customer goes when nobody has a role there any more: another of the same name must not inherit its people.
        .addColumn('customer', 'text', (it) => it.references('customers.id'))
        .addColumn('created_at', 'integer', (it) => it.notNull())
        .execute()
      await sql`create unique index memberships_once on memberships (person, role, coalesce(customer, ''))`.execute(db)
      await db.schema
        .createTable('people_disabled')
        .addColumn('person', 'text', (it) => it.primaryKey())
        .addColumn('at', 'integer', (it) => it.notNull())
        .execute()
      await db.schema
        .createTable('invitations')
        .addColumn('id', 'text', (it) => it.primaryKey())
        .addColumn('email', 'text', (it) => it.notNull())
        .addColumn('memberships', 'text', (it) => it.notNull())
        .addColumn('secret_hash', 'text', (it) => it.notNull().unique())
        .addColumn('created_at', 'integer', (it) => it.notNull())
        .addColumn('expires_at', 'integer', (it) => it.notNull())
        .addColumn('accepted_at', 'integer')
        .addColumn('withdrawn_at', 'integer')
        .execute()
      await db.schema
        .createTable('api_keys')
        .addColumn('id', 'text', (it) => it.primaryKey())
        .addColumn('name', 'text', (it) => it.notNull())
        .addColumn('hash', 'text', (it) => it.notNull())
        .addColumn('scopes', 'text', (it) => it.notNull())
        .addColumn('customer', 'text', (it) => it.references('customers.id').onDelete('cascade'))
        .addColumn('created_at', 'integer', (it) => it.notNull())
        .addColumn('expires_at', 'integer')
        .addColumn('last_used_at', 'integer')
        .addColumn('withdrawn_at', 'integer')
        .execute()
    },
  },
}
