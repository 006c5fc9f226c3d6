import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const auditMigrations: Record<string, Migration> = {
  '0001-audit': {
    async up(db) {
      await db.schema
        .createTable('audit')
        .addColumn('seq', 'integer', (it) => it.primaryKey().autoIncrement())
        .addColumn('at', 'integer', (it) => it.notNull())
        .addColumn('who', 'text', (it) => it.notNull())
        .addColumn('action', 'text', (it) => it.notNull())
        .addColumn('site', 'text')
        .addColumn('customer', 'text')
        .addColumn('target', 'text', (it) => it.notNull())
        .addColumn('detail', 'text', (it) => it.notNull())
        .execute()
      // Nobody edits the past, not even a mistake of ours.
      await sql`create trigger audit_no_update before update on audit begin select raise(abort, 'the audit log is append-only'); end`.execute(
        db,
      )
      await sql`create trigger audit_no_delete before delete on audit begin select raise(abort, 'the audit log is append-only'); end`.execute(
        db,
      )
    },
  },
}
