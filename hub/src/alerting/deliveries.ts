import { randomUUID } from 'node:crypto'
import type { StewardError } from '@steward/shared/errors'
import type { Kysely, Selectable } from 'kysely'
import type { Alert } from './decide/state.ts'
import { concerns, type StoredRecipient } from './recipients.ts'
import type { AlertingTables } from './schema.ts'

type Db = Kysely<AlertingTables>
export type DeliveryRow = Selectable<AlertingTables['alert_deliveries']>

async function toldOfAny(db: Db, subjects: readonly string[]): Promise<Set<string>> {
  if (subjects.length === 0) return new Set()
  const rows = await db
    .selectFrom('alert_deliveries')
    .select('recipient')
    .distinct()
    .where('subject', 'in', subjects)
    .where('event', '!=', 'closed')
    .execute()
  return new Set(rows.map((it) => it.recipient))
}

async function whomFor(db: Db, alert: Alert, recipients: readonly StoredRecipient[]): Promise<StoredRecipient[]> {
  const { event, level, site } = alert.facts
  if (event !== 'closed') return recipients.filter((it) => concerns(it, { level, site: site.id }))
  const told = await toldOfAny(db, alert.toldBy)
  return recipients.filter((it) => it.enabled && told.has(it.id))
}

function rowOf(alert: Alert, recipient: StoredRecipient, now: number): Omit<DeliveryRow, 'seq'> {
  const { facts } = alert
  return {
    id: randomUUID(),
    subject: alert.subject,
    key: alert.key,
    recipient: recipient.id,
    recipient_name: recipient.name,
    channel: recipient.channel,
    site: facts.site.id,
    fault: facts.fault,
    level: facts.level,
    event: facts.event,
    facts: JSON.stringify(facts),
    decided_at: now,
    state: 'pending',
    attempts: 0,
    next_attempt_at: now,
    lease_until: null,
    lease_by: null,
    sent_at: null,
    error: null,
    error_code: null,
  }
}

/** Writes what is to be sent, within the transaction that notes that it was decided. Gives how many rows are new. */
export async function writeDeliveries(
  trx: Db,
  alerts: readonly Alert[],
  recipients: readonly StoredRecipient[],
  now: number,
): Promise<number> {
  let written = 0
  for (const alert of alerts) {
    for (const recipient of await whomFor(trx, alert, recipients)) {
      const result = await trx
        .insertInto('alert_deliveries')
        .values(rowOf(alert, recipient, now))
        .onConflict((it) => it.columns(['subject', 'key', 'recipient']).doNothing())
        .executeTakeFirst()
      written += Number(result.numInsertedOrUpdatedRows ?? 0n)
      // What waits before it on the same matter goes first, and now.
      if (alert.key !== 'opened') await hasten(trx, recipient.id, now, alert.subject)
    }
  }
  return written
}

/** Makes what waits for a recipient due now, all of it or that of one subject; what is being sent is left alone. */
export async function hasten(db: Db, recipient: string, now: number, subject?: string): Promise<void> {
  await db
    .updateTable('alert_deliveries')
    .set({ next_attempt_at: now })
    .where('recipient', '=', recipient)
    .where('state', '=', 'pending')
    .where('next_attempt_at', '>', now)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
    .$if(subject !== undefined, (it) => it.where('subject', '=', subject ?? ''))
    .execute()
}

/** The same for a whole channel: what waits for it may go now. */
export async function hastenChannel(db: Db, channel: string, now: number): Promise<void> {
  const rows = await db
    .selectFrom('alert_deliveries')
    .select('recipient')
    .distinct()
    .where('channel', '=', channel)
    .where('state', '=', 'pending')
    .execute()
  for (const { recipient } of rows) await hasten(db, recipient, now)
}

/**
 * Takes the next delivery that is due, the worst level first, and leases it; null when there is none. Deliveries to one
 * recipient on one subject keep their order: nobody hears that a fault is over before hearing of it.
 */
export async function claimDelivery(
  db: Db,
  it: { now: number; node: string; leaseMs: number; notTo: readonly string[] },
): Promise<DeliveryRow | null> {
  for (;;) {
    const row = await db
      .selectFrom('alert_deliveries as d')
      .selectAll()
      .where('d.state', '=', 'pending')
      .where('d.next_attempt_at', '<=', it.now)
      .$if(it.notTo.length > 0, (query) => query.where('d.recipient', 'not in', it.notTo))
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('alert_deliveries as e')
              .select('e.seq')
              .whereRef('e.recipient', '=', 'd.recipient')
              .whereRef('e.subject', '=', 'd.subject')
              .where('e.state', '=', 'pending')
              .whereRef('e.seq', '<', 'd.seq'),
          ),
        ),
      )
      .orderBy('d.level')
      .orderBy('d.seq')
      .executeTakeFirst()
    if (row === undefined) return null
    const leaseUntil = it.now + it.leaseMs
    const lease = {
      lease_until: leaseUntil,
      lease_by: it.node,
      next_attempt_at: leaseUntil,
      attempts: row.attempts + 1,
    }
    const taken = await db
      .updateTable('alert_deliveries')
      .set(lease)
      .where('id', '=', row.id)
      .where('state', '=', 'pending')
      .where('attempts', '=', row.attempts)
      .executeTakeFirst()
    // Another node was faster where no row changed.
    if (taken.numUpdatedRows === 1n) return { ...row, ...lease }
  }
}

/**
 * Gives back what an earlier run of this hub was sending when it was killed. Whether it arrived nobody knows: it is sent
 * again, under the same id. To be called at the start, before anything is claimed.
 */
export async function releaseOwnLeases(db: Db, node: string, now: number): Promise<void> {
  await db
    .updateTable('alert_deliveries')
    .set({ lease_until: null, lease_by: null, next_attempt_at: now })
    .where('state', '=', 'pending')
    .where('lease_by', '=', node)
    .execute()
}

/** Notes how an attempt ended and gives the lease back; `retryAt` null means that it is not tried again. */
export async function finishDelivery(
  db: Db,
  row: DeliveryRow,
  outcome: { sentAt: number } | { error: StewardError; retryAt: number | null },
): Promise<void> {
  const change =
    'sentAt' in outcome
      ? { state: 'sent', sent_at: outcome.sentAt, next_attempt_at: null, error: null, error_code: null }
      : {
          state: outcome.retryAt === null ? 'failed' : 'pending',
          next_attempt_at: outcome.retryAt,
          error: outcome.error.message,
          error_code: outcome.error.code,
        }
  await db
    .updateTable('alert_deliveries')
    .set({ ...change, lease_until: null, lease_by: null })
    .where('id', '=', row.id)
    .where('state', '=', 'pending')
    .execute()
}

/** When the next pending delivery is due or its lease runs out; null when nothing waits. */
export async function nextDueAt(db: Db): Promise<number | null> {
  const row = await db
    .selectFrom('alert_deliveries')
    .select(({ fn }) => [fn.min('next_attempt_at').as('due')])
    .where('state', '=', 'pending')
    .executeTakeFirst()
  return row?.due ?? null
}
