import { randomUUID } from 'node:crypto'
import { AlertTarget, type Recipient, type RecipientInput, type RecipientUpdate } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import { FaultLevel, Language, Slug } from '@steward/shared/model'
import type { Kysely, Selectable } from 'kysely'
import { z } from 'zod'
import { channels } from './channels/registry.ts'
import type { AlertingTables } from './schema.ts'
import type { Seal } from './seal.ts'

type Db = Kysely<AlertingTables>
type Row = Selectable<AlertingTables['alert_recipients']>

const Sites = z.array(Slug)

/** A recipient as the alerting room uses it. */
export type StoredRecipient = Recipient & { createdAt: number; targetSealed: string }

function fromRow(row: Row): StoredRecipient {
  return {
    id: row.id,
    name: row.name,
    channel: AlertChannelName.parse(row.channel),
    shown: row.shown,
    minLevel: FaultLevel.parse(row.min_level),
    sites: Sites.parse(JSON.parse(row.sites)),
    language: Language.parse(row.language),
    enabled: row.enabled === 1,
    createdAt: row.created_at,
    targetSealed: row.target_sealed,
  }
}

const AlertChannelName = z.enum(['email', 'webhook', 'wecom', 'dingtalk'])

/** What the API shows: no target, no secret. */
export function shownRecipient({ createdAt: _at, targetSealed: _sealed, ...shown }: StoredRecipient): Recipient {
  return shown
}

export async function allRecipients(db: Db): Promise<StoredRecipient[]> {
  const rows = await db.selectFrom('alert_recipients').selectAll().orderBy('name').execute()
  return rows.map(fromRow)
}

/** The recipient, or null. */
export async function findRecipient(db: Db, id: string): Promise<StoredRecipient | null> {
  const row = await db.selectFrom('alert_recipients').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : fromRow(row)
}

export async function findRecipientByName(db: Db, name: string): Promise<StoredRecipient | null> {
  const row = await db.selectFrom('alert_recipients').selectAll().where('name', '=', name).executeTakeFirst()
  return row === undefined ? null : fromRow(row)
}

/** Who is to be told of a fault of this level at this site. */
export function concerns(recipient: Recipient, alert: { site: string; level: FaultLevel }): boolean {
  const here = recipient.sites.length === 0 || recipient.sites.includes(alert.site)
  return recipient.enabled && here && alert.level <= recipient.minLevel
}

const sealPurpose = (id: string): string => `recipient/${id}`

export function targetOf(seal: Seal, { id, targetSealed }: StoredRecipient): AlertTarget {
  return seal.open(sealPurpose(id), targetSealed, AlertTarget)
}

function toRow(seal: Seal, id: string, input: RecipientInput): Omit<Row, 'created_at'> {
  return {
    id,
    name: input.name,
    channel: input.target.channel,
    target_sealed: seal.close(sealPurpose(id), input.target),
    shown: channels[input.target.channel].shown(input.target),
    min_level: input.minLevel,
    sites: JSON.stringify(input.sites),
    language: input.language,
    enabled: input.enabled ? 1 : 0,
  }
}

async function refuseTakenName(db: Db, name: string, self: string | null): Promise<void> {
  const other = await findRecipientByName(db, name)
  if (other === null || other.id === self) return
  throw new StewardError('input/conflict', `A recipient named "${name}" exists already; choose another name.`)
}

export async function createRecipient(
  db: Db,
  seal: Seal,
  input: RecipientInput,
  now: number,
): Promise<StoredRecipient> {
  await refuseTakenName(db, input.name, null)
  const row = { ...toRow(seal, randomUUID(), input), created_at: now }
  await db.insertInto('alert_recipients').values(row).execute()
  return fromRow(row)
}

/** Changes a recipient; a target left out stays as it is. What waits for it goes by the new target from now on. */
export async function updateRecipient(
  db: Db,
  seal: Seal,
  old: StoredRecipient,
  change: RecipientUpdate,
): Promise<StoredRecipient> {
  await refuseTakenName(db, change.name, old.id)
  const row = toRow(seal, old.id, { ...change, target: change.target ?? targetOf(seal, old) })
  await db.updateTable('alert_recipients').set(row).where('id', '=', old.id).execute()
  await db
    .updateTable('alert_deliveries')
    .set({ recipient_name: row.name, channel: row.channel })
    .where('recipient', '=', old.id)
    .where('state', '=', 'pending')
    .execute()
  return fromRow({ ...row, created_at: old.createdAt })
}

/** Why what was still to be sent to a removed recipient is not sent. */
export function recipientGone(): StewardError {
  return new StewardError('input/not-found', 'The recipient was removed.')
}

/** Removes a recipient; what was still to be sent to it is told as failed. */
export async function removeRecipient(db: Db, id: string): Promise<void> {
  await db.deleteFrom('alert_recipients').where('id', '=', id).execute()
  await db
    .updateTable('alert_deliveries')
    .set({ state: 'failed', next_attempt_at: null, error: recipientGone().message, error_code: recipientGone().code })
    .where('recipient', '=', id)
    .where('state', '=', 'pending')
    .execute()
}
