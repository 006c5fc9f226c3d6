import type { Delivery } from '@steward/shared/api'
import type { StewardError } from '@steward/shared/errors'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { DeliveryRow } from './deliveries.ts'
import { AlertEvent } from './message/facts.ts'
import type { StoredRecipient } from './recipients.ts'
import type { AlertingTables } from './schema.ts'

type Db = Kysely<AlertingTables>

const DeliveryState = z.enum(['pending', 'sent', 'failed'])

function shownDelivery(row: DeliveryRow): Delivery {
  const instant = (at: number | null) => (at === null ? null : new Date(at).toISOString())
  return {
    id: row.id,
    at: new Date(row.decided_at).toISOString(),
    recipient: row.recipient_name,
    channel: row.channel,
    fault: row.fault,
    event: AlertEvent.parse(row.event),
    state: DeliveryState.parse(row.state),
    attempts: row.attempts,
    nextAttemptAt: row.state === 'pending' ? instant(row.next_attempt_at) : null,
    error: row.error,
    errorCode: row.error_code,
  }
}

/** Notes a test in the log of deliveries; it is never repeated. */
export async function noteTest(
  db: Db,
  it: { id: string; recipient: StoredRecipient; error: StewardError | null; now: number },
): Promise<void> {
  const sent = it.error === null
  await db
    .insertInto('alert_deliveries')
    .values({
      id: it.id,
      subject: `test:${it.id}`,
      key: 'test',
      recipient: it.recipient.id,
      recipient_name: it.recipient.name,
      channel: it.recipient.channel,
      site: null,
      fault: null,
      level: null,
      event: 'test',
      facts: null,
      decided_at: it.now,
      state: sent ? 'sent' : 'failed',
      attempts: 1,
      next_attempt_at: null,
      lease_until: null,
      lease_by: null,
      sent_at: sent ? it.now : null,
      error: it.error?.message ?? null,
      error_code: it.error?.code ?? null,
    })
    .execute()
}

/** Whether an alert that was decided before `since` still waits, or was given up, without having reached anybody. */
export async function reachedNobodySince(db: Db, since: number): Promise<boolean> {
  const row = await db
    .selectFrom('alert_deliveries as d')
    .select('d.id')
    .where('d.state', '=', 'pending')
    .where('d.decided_at', '<', since)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('alert_deliveries as e')
            .select('e.seq')
            .whereRef('e.subject', '=', 'd.subject')
            .whereRef('e.key', '=', 'd.key')
            .where('e.state', '=', 'sent'),
        ),
      ),
    )
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export type DeliveryFilter = { recipient?: string | undefined; state?: string | undefined; fault?: string | undefined }

/** One page of the log, newest first; `sites` null means all of them, and tests as well. */
export async function listDeliveries(
  db: Db,
  it: { sites: readonly string[] | null; filter: DeliveryFilter; limit: number; before: number | null },
): Promise<{ items: Delivery[]; next: string | null }> {
  const { filter } = it
  let query = db
    .selectFrom('alert_deliveries')
    .selectAll()
    .orderBy('seq', 'desc')
    .limit(it.limit + 1)
  if (it.sites !== null) query = query.where('site', 'in', [...it.sites])
  if (it.before !== null) query = query.where('seq', '<', it.before)
  if (filter.recipient !== undefined) query = query.where('recipient', '=', filter.recipient)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.fault !== undefined) query = query.where('fault', '=', filter.fault)
  const rows = await query.execute()
  const page = rows.slice(0, it.limit)
  return { items: page.map(shownDelivery), next: rows.length > it.limit ? String(page.at(-1)?.seq) : null }
}

/** The log is kept for this long. */
const keepMs = 400 * 86_400_000

export async function pruneDeliveries(db: Db, now: number): Promise<void> {
  await db
    .deleteFrom('alert_deliveries')
    .where('state', '!=', 'pending')
    .where('decided_at', '<', now - keepMs)
    .execute()
}

/** How much waits and since when, for whoever watches the hub. */
export async function pendingFigures(db: Db): Promise<{ pending: number; oldestAt: number | null }> {
  const row = await db
    .selectFrom('alert_deliveries')
    .select(({ fn }) => [fn.countAll().as('pending'), fn.min('decided_at').as('oldest')])
    .where('state', '=', 'pending')
    .executeTakeFirstOrThrow()
  return { pending: Number(row.pending), oldestAt: row.oldest }
}
