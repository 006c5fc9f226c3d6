import { DeadManSettings, MailSettings, type MailSettingsShown } from '@steward/shared/api'
import type { Kysely } from 'kysely'
import type { z } from 'zod'
import type { AlertingTables } from './schema.ts'
import type { Seal } from './seal.ts'

type Db = Kysely<AlertingTables>

type SettingName = 'mail' | 'dead-man'

async function read<Schema extends z.ZodType>(
  db: Db,
  seal: Seal,
  name: SettingName,
  schema: Schema,
): Promise<z.infer<Schema> | null> {
  const row = await db.selectFrom('alert_settings').select('sealed').where('name', '=', name).executeTakeFirst()
  return row === undefined ? null : seal.open(`setting/${name}`, row.sealed, schema)
}

async function write(db: Db, seal: Seal, name: SettingName, value: unknown): Promise<void> {
  const sealed = seal.close(`setting/${name}`, value)
  await db
    .insertInto('alert_settings')
    .values({ name, sealed })
    .onConflict((it) => it.column('name').doUpdateSet({ sealed }))
    .execute()
}

/** The mail server, with its password; null until one is set. */
export function readMail(db: Db, seal: Seal): Promise<MailSettings | null> {
  return read(db, seal, 'mail', MailSettings)
}

/** Settings with the password that is known where none was entered: for the same server and user only. */
export function withKnownPassword(entered: MailSettings, known: MailSettings | null): MailSettings {
  const same = known !== null && entered.host === known.host && entered.user === known.user
  if (entered.password !== undefined || !same || known.password === undefined) return entered
  return { ...entered, password: known.password }
}

export async function writeMail(db: Db, seal: Seal, entered: MailSettings): Promise<MailSettings> {
  const settings = withKnownPassword(entered, await readMail(db, seal))
  await write(db, seal, 'mail', settings)
  return settings
}

export function shownMail({ password, ...rest }: MailSettings): MailSettingsShown {
  return { ...rest, passwordSet: password !== undefined && password !== '' }
}

const deadManOff: DeadManSettings = { url: null, intervalMs: 60_000 }

export async function readDeadMan(db: Db, seal: Seal): Promise<DeadManSettings> {
  return (await read(db, seal, 'dead-man', DeadManSettings)) ?? deadManOff
}

export function writeDeadMan(db: Db, seal: Seal, settings: DeadManSettings): Promise<void> {
  return write(db, seal, 'dead-man', settings)
}

/** Proves that the database takes writes; throws where it does not. */
export async function writeHeartbeat(db: Db, now: number): Promise<void> {
  const row = { name: 'heartbeat', sealed: String(now) }
  await db
    .insertInto('alert_settings')
    .values(row)
    .onConflict((it) => it.column('name').doUpdateSet(row))
    .execute()
}
