import { isStewardError, StewardError } from '@steward/shared/errors'
import type { Kysely } from 'kysely'
import { nextAttempt } from './backoff.ts'
import type { ChannelContext } from './channels/contract.ts'
import { channels } from './channels/registry.ts'
import { type DeliveryRow, finishDelivery, hasten } from './deliveries.ts'
import { AlertFacts } from './message/facts.ts'
import { renderAlert } from './message/render.ts'
import type { Pacer } from './pacer.ts'
import { findRecipient, recipientGone, type StoredRecipient, targetOf } from './recipients.ts'
import type { FaultsPort } from './reconciler.ts'
import type { AlertingTables } from './schema.ts'
import type { Seal } from './seal.ts'

export type AttemptDeps = {
  base: Kysely<unknown>
  noteTold: FaultsPort['noteTold']
  seal: Seal
  now(): number
  /** the hub's address as people open it */
  publicUrl(): string
  context: ChannelContext
  warn(message: string, details: Record<string, unknown>): void
}

/** A refusal waits for a person; asked every second a mail server would lock the account. */
const refusedPauseMs = 60_000

async function send(deps: AttemptDeps, row: DeliveryRow, recipient: StoredRecipient): Promise<void> {
  const facts = AlertFacts.parse(JSON.parse(row.facts ?? 'null'))
  const message = renderAlert(facts, {
    id: row.id,
    language: recipient.language,
    publicUrl: deps.publicUrl(),
    decidedAt: row.decided_at,
    now: deps.now(),
  })
  await channels[recipient.channel].send(targetOf(deps.seal, recipient), message, deps.context)
}

function asStewardError(error: unknown): StewardError {
  if (isStewardError(error)) return error
  return new StewardError('system/internal', 'The alert could not be prepared; the reason is in the log.', {
    cause: error,
  })
}

function pauseAfter(error: StewardError): number | null {
  const { retryAfterMs } = error.details
  if (typeof retryAfterMs === 'number') return retryAfterMs
  return error.next === 'reconfigure' ? refusedPauseMs : null
}

async function noteFailure(deps: AttemptDeps, pacer: Pacer, row: DeliveryRow, error: StewardError): Promise<void> {
  const now = deps.now()
  const retryAfterMs = pauseAfter(error)
  const givenUp = error.next === 'give-up'
  const retryAt = givenUp ? null : nextAttempt({ attempts: row.attempts, decidedAt: row.decided_at, now, retryAfterMs })
  if (error.code === 'alerts/rate-limited' && retryAfterMs !== null) pacer.pause(row.recipient, now + retryAfterMs)
  deps.warn('an alert was not delivered', { delivery: row.id, recipient: row.recipient_name, error: error.message })
  await finishDelivery(deps.base.withTables<AlertingTables>(), row, { error, retryAt })
}

async function noteSuccess(deps: AttemptDeps, row: DeliveryRow, recipient: StoredRecipient): Promise<void> {
  const at = deps.now()
  const { name, channel } = recipient
  await deps.base.transaction().execute(async (trx) => {
    await finishDelivery(trx.withTables<AlertingTables>(), row, { sentAt: at })
    if (row.fault !== null) await deps.noteTold(trx, { fault: row.fault, recipient: name, channel, at })
  })
}

/** Sends one leased delivery and notes how it ended. */
export async function attemptDelivery(deps: AttemptDeps, pacer: Pacer, row: DeliveryRow): Promise<void> {
  const db = deps.base.withTables<AlertingTables>()
  const recipient = await findRecipient(db, row.recipient)
  if (recipient === null) return finishDelivery(db, row, { error: recipientGone(), retryAt: null })
  pacer.sent(recipient.id, channels[recipient.channel].pace, deps.now())
  try {
    await send(deps, row, recipient)
  } catch (error) {
    return noteFailure(deps, pacer, row, asStewardError(error))
  }
  await noteSuccess(deps, row, recipient)
  // The way is open again for whatever else waits for this recipient.
  if (row.attempts > 1) await hasten(db, row.recipient, deps.now())
}
