import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

const siteTable = (db: Kysely<unknown>, name: string) =>
  db.schema
    .createTable(name)
    .addColumn('site', 'text', (it) => it.notNull().references('sites.id').onDelete('cascade'))
    .addColumn('device', 'text', (it) => it.notNull())

export const topologyMigrations: Record<string, Migration> = {
  '0001-topology': {
    async up(db) {
      await siteTable(db, 'topology_findings')
        .addColumn('at', 'integer', (it) => it.notNull())
        .addColumn('findings', 'text', (it) => it.notNull())
        .addPrimaryKeyConstraint('topology_findings_key', ['site', 'device'])
        .execute()
      await siteTable(db, 'topology_links')
        .addColumn('link', 'text', (it) => it.notNull())
        .addColumn('first_seen', 'integer', (it) => it.notNull())
        .addColumn('last_seen', 'integer', (it) => it.notNull())
        .addPrimaryKeyConstraint('topology_links_key', ['site', 'device'])
        .execute()
      await siteTable(db, 'topology_decisions')
        .addColumn('decision', 'text', (it) => it.notNull())
        .addColumn('needs', 'text', (it) => it.notNull())
        .addColumn('before', 'text')
        .addColumn('decided_by', 'text', (it) => it.notNull())
        .addColumn('at', 'integer', (it) => it.notNull())
        .addPrimaryKeyConstraint('topology_decisions_key', ['site', 'device'])
        .execute()
      await siteTable(db, 'topology_strangers')
        .addColumn('port', 'text', (it) => it.notNull())
        .addColumn('stranger', 'text', (it) => it.notNull())
        .addColumn('first_seen', 'integer', (it) => it.notNull())
        .addColumn('last_seen', 'integer', (it) => it.notNull())
        .addPrimaryKeyConstraint('topology_strangers_key', ['site', 'device', 'port', 'stranger'])
        .execute()
      await siteTable(db, 'topology_changes')
        .addColumn('at', 'integer', (it) => it.notNull())
        .addColumn('kind', 'text', (it) => it.notNull())
        .addColumn('text', 'text', (it) => it.notNull())
        .execute()
      await db.schema.createIndex('topology_changes_by_site').on('topology_changes').columns(['site', 'at']).execute()
    },
  },
}
