import type { Migration } from 'kysely/migration'

export const timeSeriesMigrations: Record<string, Migration> = {
  '0001-points': {
    async up(db) {
      await db.schema
        .createTable('device_points')
        .addColumn('site', 'text', (it) => it.notNull().references('sites.id').onDelete('cascade'))
        .addColumn('device', 'text', (it) => it.notNull())
        .addColumn('at', 'integer', (it) => it.notNull())
        .addColumn('points', 'text', (it) => it.notNull())
        .addPrimaryKeyConstraint('device_points_key', ['site', 'device'])
        .execute()
    },
  },
}
