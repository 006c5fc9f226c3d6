import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ApplyDocument, ApplyResult, MailSettings, TestResult } from '@steward/shared/api'
import { isStewardError, StewardError } from '@steward/shared/errors'
import type { Kysely } from 'kysely'
import type { Principal } from '../access/index.ts'
import { writePrivateFile } from '../db/index.ts'
import type { Platform } from '../platform.ts'
import { applyAlerting } from './apply.ts'
import type { ChannelContext, Mail } from './channels/contract.ts'
import { channels } from './channels/registry.ts'
import { type DeadMan, startDeadMan } from './dead-man.ts'
import { noteTest, pruneDeliveries, reachedNobodySince } from './deliveries.ts'
import { createEgress, type Egress } from './egress.ts'
import { sendMailThrough } from './mail.ts'
import { renderTest } from './message/render.ts'
import { type StoredRecipient, targetOf } from './recipients.ts'
import { createReconciler, type FaultsPort, type Reconciler } from './reconciler.ts'
import type { AlertingTables } from './schema.ts'
import { createSeal, type Seal } from './seal.ts'
import { readDeadMan, readMail, writeHeartbeat } from './settings.ts'
import { type DeliveryWorker, startDeliveryWorker } from './worker.ts'

export type AlertingOptions = Platform & {
  /** the address that people open, for links */
  origin: string
  /** lets recipients be on this machine; for the demo and tests */
  allowLoopback?: boolean
  faults: FaultsPort
  /** why the hub cannot do its work, or null; the dead-man ping stops meanwhile */
  trouble?: () => Promise<string | null>
}

/** The alerting room at work. */
export type Alerting = {
  db: Kysely<AlertingTables>
  platform: Platform
  seal: Seal
  worker: DeliveryWorker
  deadMan: DeadMan
  /** Sends a mail through the hub's server; throws `alerts/mail-not-set` where there is none. */
  sendMail(mail: Mail, settings?: MailSettings): Promise<void>
  sendTest(recipient: StoredRecipient): Promise<TestResult>
  /** Recipients, mail and dead-man settings of a document, all or none. */
  apply(document: ApplyDocument, it: { dryRun: boolean; by: Principal }): Promise<ApplyResult['changes']>
  stop(): Promise<void>
}

const keyFile = 'alerting.key'
/** An alert that has reached nobody for this long is a trouble of the hub itself. */
const reachedNobodyMs = 15 * 60_000
const pruneEveryMs = 3_600_000

function loadKey(dataDir: string): Buffer {
  const file = join(dataDir, keyFile)
  if (!existsSync(file)) writePrivateFile(file, randomBytes(32).toString('base64url'))
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url')
  if (key.length === 32) return key
  throw new StewardError('system/data-folder', `${file} is damaged; restore it from a backup.`)
}

function mailer(db: Kysely<AlertingTables>, seal: Seal): Alerting['sendMail'] {
  return async (mail, given) => {
    const settings = given ?? (await readMail(db, seal))
    if (settings === null) {
      throw new StewardError('alerts/mail-not-set', 'No mail server is set; enter it under Alerts, Mail.')
    }
    await sendMailThrough(settings, mail)
  }
}

/** Sends a test to a recipient, once, and notes it in the delivery log. */
function tester(
  db: Kysely<AlertingTables>,
  it: { options: AlertingOptions; seal: Seal; context: ChannelContext },
): Alerting['sendTest'] {
  return async (recipient) => {
    const id = randomUUID()
    const { name, language } = recipient
    const message = renderTest({ id, language, publicUrl: it.options.origin, recipient: name })
    let error: string | null = null
    try {
      await channels[recipient.channel].send(targetOf(it.seal, recipient), message, it.context)
    } catch (thrown) {
      if (!isStewardError(thrown)) it.options.log.error({ err: thrown }, 'a test could not be sent')
      error = isStewardError(thrown)
        ? thrown.message
        : 'The test could not be sent; the reason is in the log of the hub.'
    }
    await noteTest(db, { id, recipient, error, now: it.options.now() })
    return { ok: error === null, message: error ?? `Sent to ${recipient.shown}.` }
  }
}

/** What keeps the hub from telling anybody anything, or null. */
async function troubleOf(db: Kysely<AlertingTables>, options: AlertingOptions): Promise<string | null> {
  try {
    await writeHeartbeat(db, options.now())
  } catch {
    return 'the database takes no writes'
  }
  const since = options.now() - reachedNobodyMs
  if (await reachedNobodySince(db, since)) return 'an alert has reached nobody for 15 minutes'
  return options.trouble === undefined ? null : options.trouble()
}

function applier(options: AlertingOptions, seal: Seal, changed: () => void): Alerting['apply'] {
  return async (document, { dryRun, by }) => {
    const changes = await options.db.transaction().execute(async (trx) => {
      const made = await applyAlerting(trx, seal, document, { dryRun, now: options.now() })
      for (const { action, kind, id, fields } of dryRun ? [] : made) {
        if (action === 'unchanged') continue
        const event = { who: by.name, action: `${kind}.${action}`, target: id, detail: { fields } }
        await options.audit.write(event, trx)
      }
      return made
    })
    if (!dryRun) changed()
    return changes
  }
}

/** Starts the room: decides on every fault, sends what is due, asks the dead-man address. */
export function createAlerting(options: AlertingOptions): Alerting {
  const db = options.db.withTables<AlertingTables>()
  const seal = createSeal(loadKey(options.dataDir))
  const egress: Egress = createEgress({ allowLoopback: options.allowLoopback ?? false })
  const sendMail = mailer(db, seal)
  const context: ChannelContext = { egress, now: options.now, sendMail }
  const warn = (message: string, details: Record<string, unknown>) => options.log.warn(details, message)
  const { now } = options
  const worker = startDeliveryWorker({ db, seal, now, publicUrl: () => options.origin, context, warn })
  const reconciler: Reconciler = createReconciler({
    db: options.db,
    now,
    faults: options.faults,
    warn,
    written: worker.wake,
  })
  const unsubscribe = options.events.on('fault', ({ fault }) => reconciler.look(fault.site))
  const trouble = () => troubleOf(db, options)
  const deadMan = startDeadMan({ settings: () => readDeadMan(db, seal), trouble, egress, now, warn })
  const prune = (): void => {
    pruneDeliveries(db, now()).catch((error: unknown) => warn('old deliveries stay', { error: String(error) }))
  }
  const pruning = setInterval(prune, pruneEveryMs)
  return {
    db,
    platform: options,
    seal,
    worker,
    deadMan,
    sendMail,
    sendTest: tester(db, { options, seal, context }),
    apply: applier(options, seal, () => {
      worker.wake()
      deadMan.wake()
    }),
    async stop() {
      unsubscribe()
      clearInterval(pruning)
      await Promise.all([reconciler.stop(), worker.stop(), deadMan.stop()])
      await egress.close()
    },
  }
}
