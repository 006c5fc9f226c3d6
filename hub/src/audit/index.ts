/** The audit log: who did what, when, to what; rows are only ever added. */

export { type Audit, type AuditEvent, createAudit } from './log.ts'
export { auditMigrations } from './migrations.ts'
export { auditRoutes } from './routes.ts'
