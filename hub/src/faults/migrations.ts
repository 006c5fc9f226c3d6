import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const faultMigrations: Record<string, Migration> = {
  '0001-faults': {
    async up(db) {
      await db.schema
        .createTable('faults')
        .addColumn('id', 'text', (it) => it.primaryKey())
        .addColumn('site', 'text', (it) => it.notNull().references('sites.id').onDelete('cascade'))
        .addColumn('device', 'text')
        .addColumn('kind', 'text', (it) => it.notNull())
        .addColumn('level', 'text', (it) => it.notNull())
        .addColumn('reason', 'text', (it) => it.notNull())
        .addColumn('opened_at', 'integer', (it) => it.notNull())
        .addColumn('closed_at', 'integer')
        .addColumn('told_at', 'integer', (it) => it.notNull())
        .addColumn('affected', 'text', (it) => it.notNull())
        .addColumn('functions', 'text', (it) => it.notNull())
        .addColumn('incident', 'text')
        .addColumn('acknowledged_at', 'integer')
        .addColumn('acknowledged_by', 'text')
        .addColumn('acknowledged_note', 'text')
        .execute()
      await sql`create index faults_open on faults (site, level) where closed_at is null`.execute(db)
      await db.schema.createIndex('faults_by_time').on('faults').columns(['opened_at', 'id']).execute()
      await db.schema.createIndex('faults_by_site').on('faults').columns(['site', 'opened_at']).execute()
      await db.schema.createIndex('faults_by_end').on('faults').column('closed_at').execute()
      await db.schema
        .createTable('fault_events')
        .addColumn('fault', 'text', (it) => it.notNull().references('faults.id').onDelete('cascade'))
        .addColumn('at', 'integer', (it) => it.notNull())
        .addColumn('event', 'text', (it) => it.notNull())
        .addColumn('level', 'text')
        .addColumn('kind', 'text')
        .addColumn('reason', 'text')
        .addColumn('by', 'text')
        .addColumn('note', 'text')
        .addColumn('filed_at', 'integer', (it) => it.notNull())
        .execute()
      await db.schema.createIndex('fault_events_by_fault').on('fault_events').columns(['fault', 'at']).execute()
      // The machine says a thing once at an instant; people may write two notes in one.
      await sql`create unique index fault_events_once on fault_events (fault, at, event)
        where event in ('opened', 'changed', 'closed')`.execute(db)
    },
  },
  '0002-level-by-hand': {
    async up(db) {
      await sql`alter table faults add column judged_level text not null default 'L4'`.execute(db)
      await sql`update faults set judged_level = level`.execute(db)
      for (const column of ['set_level text', 'set_at integer', 'set_by text', 'set_reason text']) {
        await sql`alter table faults add column ${sql.raw(column)}`.execute(db)
      }
    },
  },
  '0003-silent-agents': {
    async up(db) {
      await db.schema
        .createTable('silent_agents')
        .addColumn('site', 'text', (it) => it.notNull().references('sites.id').onDelete('cascade'))
        .addColumn('agent', 'text', (it) => it.notNull())
        .addColumn('since', 'integer', (it) => it.notNull())
        .addColumn('last_seen_at', 'integer', (it) => it.notNull())
        .addColumn('devices', 'integer', (it) => it.notNull())
        .addPrimaryKeyConstraint('silent_agents_key', ['site', 'agent'])
        .execute()
      // Until now a site had one agent, and its open fault told of that one's silence.
      await sql`insert into silent_agents (site, agent, since, last_seen_at, devices)
        select faults.site, agents.id, faults.opened_at, coalesce(agents.last_seen_at, faults.opened_at),
          (select count(*) from devices where devices.site = faults.site and devices.since = faults.opened_at)
        from faults join agents on agents.site = faults.site and agents.revoked_at is null
        where faults.kind = 'site-unreachable' and faults.closed_at is null`.execute(db)
    },
  },
  '0004-joint-judgement': {
    async up(db) {
      await db.schema
        .createTable('device_marks')
        .addColumn('site', 'text', (it) => it.notNull().references('sites.id').onDelete('cascade'))
        .addColumn('device', 'text', (it) => it.notNull())
        .addColumn('mark', 'text', (it) => it.notNull())
        .addColumn('at', 'integer', (it) => it.notNull())
        .addColumn('input', 'text', (it) => it.notNull())
        .addPrimaryKeyConstraint('device_marks_key', ['site', 'device', 'mark', 'at'])
        .execute()
      await db.schema
        .createTable('joint_judgements')
        .addColumn('site', 'text', (it) => it.primaryKey().references('sites.id').onDelete('cascade'))
        .addColumn('at', 'integer', (it) => it.notNull())
        .addColumn('snapshot', 'text', (it) => it.notNull())
        .execute()
    },
  },
}
