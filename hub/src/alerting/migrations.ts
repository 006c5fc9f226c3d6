import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

async function createTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('alert_recipients')
    .addColumn('id', 'text', (it) => it.primaryKey())
    .addColumn('name', 'text', (it) => it.notNull().unique())
    .addColumn('channel', 'text', (it) => it.notNull())
    .addColumn('target_sealed', 'text', (it) => it.notNull())
    .addColumn('shown', 'text', (it) => it.notNull())
    .addColumn('min_level', 'text', (it) => it.notNull())
    .addColumn('sites', 'text', (it) => it.notNull())
    .addColumn('language', 'text', (it) => it.notNull())
    .addColumn('enabled', 'integer', (it) => it.notNull())
    .addColumn('created_at', 'integer', (it) => it.notNull())
    .execute()
  await db.schema
    .createTable('alert_told')
    .addColumn('fault', 'text', (it) => it.primaryKey())
    .addColumn('site', 'text', (it) => it.notNull())
    .addColumn('level', 'text')
    .addColumn('page', 'text')
    .addColumn('done', 'integer', (it) => it.notNull())
    .execute()
  await db.schema
    .createTable('alert_pages')
    .addColumn('id', 'text', (it) => it.primaryKey())
    .addColumn('site', 'text', (it) => it.notNull())
    .addColumn('incident', 'text', (it) => it.notNull())
    .addColumn('opened_at', 'integer', (it) => it.notNull())
    .addColumn('closed', 'integer', (it) => it.notNull())
    .addColumn('absorbed', 'text', (it) => it.notNull())
    .execute()
  await db.schema
    .createTable('alert_settings')
    .addColumn('name', 'text', (it) => it.primaryKey())
    .addColumn('sealed', 'text', (it) => it.notNull())
    .execute()
}

async function createDeliveries(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('alert_deliveries')
    .addColumn('seq', 'integer', (it) => it.primaryKey().autoIncrement())
    .addColumn('id', 'text', (it) => it.notNull().unique())
    .addColumn('subject', 'text', (it) => it.notNull())
    .addColumn('key', 'text', (it) => it.notNull())
    .addColumn('recipient', 'text', (it) => it.notNull())
    .addColumn('recipient_name', 'text', (it) => it.notNull())
    .addColumn('channel', 'text', (it) => it.notNull())
    .addColumn('site', 'text')
    .addColumn('fault', 'text')
    .addColumn('level', 'text')
    .addColumn('event', 'text', (it) => it.notNull())
    .addColumn('facts', 'text')
    .addColumn('decided_at', 'integer', (it) => it.notNull())
    .addColumn('state', 'text', (it) => it.notNull())
    .addColumn('attempts', 'integer', (it) => it.notNull())
    .addColumn('next_attempt_at', 'integer')
    .addColumn('lease_until', 'integer')
    .addColumn('lease_by', 'text')
    .addColumn('sent_at', 'integer')
    .addColumn('error', 'text')
    .addColumn('error_code', 'text')
    .addUniqueConstraint('alert_deliveries_once', ['subject', 'key', 'recipient'])
    .execute()
}

async function createIndexes(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex('alert_told_open').on('alert_told').columns(['done', 'site']).execute()
  await db.schema.createIndex('alert_pages_open').on('alert_pages').columns(['closed', 'site']).execute()
  await db.schema
    .createIndex('alert_deliveries_due')
    .on('alert_deliveries')
    .columns(['state', 'next_attempt_at'])
    .execute()
  await db.schema
    .createIndex('alert_deliveries_recipient')
    .on('alert_deliveries')
    .columns(['recipient', 'state'])
    .execute()
}

/** Alerting's part of the relational store. */
export const alertingMigrations: Record<string, Migration> = {
  '0001-alerting': {
    async up(db) {
      await createTables(db)
      await createDeliveries(db)
      await createIndexes(db)
    },
  },
  '0002-silences': {
    async up(db) {
      await db.schema
        .createTable('alert_silences')
        .addColumn('id', 'text', (it) => it.primaryKey())
        .addColumn('customer', 'text', (it) => it.references('customers.id').onDelete('cascade'))
        .addColumn('site', 'text', (it) => it.references('sites.id').onDelete('cascade'))
        .addColumn('scope', 'text', (it) => it.notNull())
        .addColumn('levels', 'text', (it) => it.notNull())
        .addColumn('from_at', 'integer', (it) => it.notNull())
        .addColumn('to_at', 'integer', (it) => it.notNull())
        .addColumn('reason', 'text', (it) => it.notNull())
        .addColumn('created_by', 'text', (it) => it.notNull())
        .addColumn('created_at', 'integer', (it) => it.notNull())
        .execute()
      await db.schema.createIndex('alert_silences_end').on('alert_silences').column('to_at').execute()
    },
  },
  '0003-silences-recur': {
    async up(db) {
      await db.schema.alterTable('alert_silences').addColumn('repeats', 'text').execute()
      await db.schema
        .alterTable('alert_silences')
        .addColumn('cuts', 'text', (it) => it.notNull().defaultTo('[]'))
        .execute()
    },
  },
}
