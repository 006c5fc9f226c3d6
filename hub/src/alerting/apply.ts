import type { ApplyDocument, ApplyResult, MailSettings, RecipientInput } from '@steward/shared/api'
import type { Kysely } from 'kysely'
import { channels } from './channels/registry.ts'
import { createRecipient, findRecipientByName, type StoredRecipient, targetOf, updateRecipient } from './recipients.ts'
import type { AlertingTables } from './schema.ts'
import type { Seal } from './seal.ts'
import { readDeadMan, readMail, withKnownPassword, writeDeadMan, writeMail } from './settings.ts'
import { refuseUnknownSites } from './sites.ts'

type Db = Kysely<AlertingTables>
type ApplyChange = ApplyResult['changes'][number]
type Fields = Record<string, unknown>

/** What a secret looks like in a list of differences. */
const hidden = '•••'

/** Differences between two flat lists of fields, as text; both sides of a secret are hidden, that it changed is told. */
function differences(from: Fields, to: Fields, secrets: readonly string[]): ApplyChange['fields'] {
  const text = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
  return Object.keys(to)
    .filter((field) => text(from[field]) !== text(to[field]))
    .map((field) => {
      const shown = (value: unknown) => (secrets.includes(field) && text(value) !== '' ? hidden : text(value))
      return { field, from: shown(from[field]), to: shown(to[field]) }
    })
}

function actionOf(exists: boolean, fields: ApplyChange['fields']): ApplyChange['action'] {
  if (!exists) return 'create'
  return fields.length === 0 ? 'unchanged' : 'update'
}

/** A target field by field; what may hold a secret is under its own name. */
function recipientFields(it: Omit<RecipientInput, 'target'>, target: RecipientInput['target']): Fields {
  return {
    channel: target.channel,
    target: channels[target.channel].shown(target),
    url: 'url' in target ? target.url : '',
    secret: 'secret' in target ? (target.secret ?? '') : '',
    minLevel: it.minLevel,
    sites: it.sites,
    language: it.language,
    enabled: it.enabled,
  }
}

async function applyRecipient(
  db: Db,
  seal: Seal,
  input: RecipientInput,
  it: { dryRun: boolean; now: number },
): Promise<ApplyChange> {
  const old: StoredRecipient | null = await findRecipientByName(db, input.name)
  const before = old === null ? {} : recipientFields(old, targetOf(seal, old))
  const fields = differences(before, recipientFields(input, input.target), ['url', 'secret'])
  const action = actionOf(old !== null, fields)
  if (!it.dryRun && old === null) await createRecipient(db, seal, input, it.now)
  if (!it.dryRun && old !== null && action === 'update') await updateRecipient(db, seal, old, input)
  return { action, kind: 'recipient', id: input.name, fields }
}

async function applyMail(db: Db, seal: Seal, entered: MailSettings, dryRun: boolean): Promise<ApplyChange> {
  const old = await readMail(db, seal)
  const fields = differences(old ?? {}, withKnownPassword(entered, old), ['password'])
  const action = actionOf(old !== null, fields)
  if (!dryRun && action !== 'unchanged') await writeMail(db, seal, entered)
  return { action, kind: 'mail', id: 'mail', fields }
}

/**
 * Brings recipients (known by their name), mail and dead-man settings to what a document says and gives the differences;
 * what it does not name stays. A site that the same document makes counts as there.
 */
export async function applyAlerting(
  base: Kysely<unknown>,
  seal: Seal,
  document: ApplyDocument,
  it: { dryRun: boolean; now: number },
): Promise<ApplyChange[]> {
  const db = base.withTables<AlertingTables>()
  const changes: ApplyChange[] = []
  const coming = document.sites.map((site) => site.id)
  for (const [index, input] of document.recipients.entries()) {
    await refuseUnknownSites(base, input.sites, { coming, at: `recipients.${index}.` })
    changes.push(await applyRecipient(db, seal, input, it))
  }
  if (document.mail !== undefined) changes.push(await applyMail(db, seal, document.mail, it.dryRun))
  if (document.deadMan !== undefined) {
    const fields = differences(await readDeadMan(db, seal), document.deadMan, ['url'])
    const action = actionOf(true, fields)
    if (!it.dryRun && action === 'update') await writeDeadMan(db, seal, document.deadMan)
    changes.push({ action, kind: 'dead-man', id: 'dead-man', fields })
  }
  return changes
}
