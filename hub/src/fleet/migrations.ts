import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const fleetMigrations: Record<string, Migration> = {
  '0001-fleet': {
    async up(db) {
      await db.schema
        .createTable('agents')
        .addColumn('id', 'text', (it) => it.primaryKey())
        .addColumn('site', 'text', (it) => it.notNull().references('sites.id').onDelete('cascade'))
        .addColumn('name', 'text', (it) => it.notNull())
        .addColumn('key', 'text', (it) => it.notNull().unique())
        .addColumn('version', 'text', (it) => it.notNull())
        .addColumn('host', 'text', (it) => it.notNull())
        .addColumn('allow', 'text', (it) => it.notNull())
        .addColumn('enrolled_at', 'integer', (it) => it.notNull())
        .addColumn('connected_at', 'integer')
        .addColumn('last_seen_at', 'integer')
        .addColumn('revoked_at', 'integer')
        .addColumn('config_revision', 'text')
        .addColumn('status', 'text')
        .execute()
      // One agent looks after a site: two would judge the same devices and tell of each fault twice.
      await sql`create unique index agents_one_a_site on agents (site) where revoked_at is null`.execute(db)
      await db.schema
        .createTable('enrolments')
        .addColumn('id', 'text', (it) => it.primaryKey())
        .addColumn('site', 'text', (it) => it.notNull().references('sites.id').onDelete('cascade'))
        .addColumn('name', 'text')
        .addColumn('secret_hash', 'text', (it) => it.notNull().unique())
        .addColumn('created_at', 'integer', (it) => it.notNull())
        .addColumn('created_by', 'text', (it) => it.notNull())
        .addColumn('expires_at', 'integer', (it) => it.notNull())
        .addColumn('agent', 'text', (it) => it.references('agents.id').onDelete('cascade'))
        .addColumn('connected_at', 'integer')
        .addColumn('reading_at', 'integer')
        .addColumn('withdrawn_at', 'integer')
        .execute()
      await db.schema.createIndex('enrolments_by_site').on('enrolments').columns(['site', 'created_at']).execute()
      await db.schema
        .createTable('agent_problems')
        .addColumn('agent', 'text', (it) => it.notNull().references('agents.id').onDelete('cascade'))
        .addColumn('source', 'text', (it) => it.notNull())
        .addColumn('key', 'text', (it) => it.notNull())
        .addColumn('code', 'text', (it) => it.notNull())
        .addColumn('device', 'text')
        .addColumn('message', 'text', (it) => it.notNull())
        .addColumn('since', 'integer', (it) => it.notNull())
        .addPrimaryKeyConstraint('agent_problems_key', ['agent', 'source', 'key'])
        .execute()
    },
  },
  '0002-several-agents-a-site': {
    async up(db) {
      await sql`drop index agents_one_a_site`.execute(db)
      await sql`create index agents_by_site on agents (site, enrolled_at) where revoked_at is null`.execute(db)
    },
  },
}
