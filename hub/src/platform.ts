/** What every room is given: the database, the clock, the event map, the audit log, and how to fail. */
import type { FastifyBaseLogger } from 'fastify'
import type { Kysely } from 'kysely'
import type { Audit } from './audit/index.ts'
import type { HubEvents } from './events.ts'

export type Platform = {
  /** A room takes its own tables: `db.withTables<ItsTables>()`. */
  db: Kysely<unknown>
  /** milliseconds since 1970; tests inject it */
  now: () => number
  events: HubEvents
  audit: Audit
  log: FastifyBaseLogger
  /** the hub's data folder, for files of a room's own (0600) */
  dataDir: string
}
