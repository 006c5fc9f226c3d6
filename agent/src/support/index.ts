/** The agent's side of remote support: grants that only this machine gives, streams under them, and a log of both. */
export { type Audit, openAudit } from './audit.ts'
export { type AuditEntry, appendAudit, followAudit } from './audit-log.ts'
export { type GrantBook, openGrantBook } from './grant-book.ts'
export { endGrant, type Grant, giveGrant, listGrants, maxGrantMinutes, removeGrants } from './grant-files.ts'
export { openSupport, type Support, type SupportOptions } from './support.ts'
