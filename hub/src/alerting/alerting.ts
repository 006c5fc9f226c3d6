import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ApplyDocument, ApplyResult, MailSettings, TestResult } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { Kysely } from 'kysely'
import type { Principal } from '../access/index.ts'
import { writePrivateFile } from '../db/index.ts'
import type { Platform } from '../platform.ts'
import { applyAlerting } from './apply.ts'
import type { ChannelContext, Mail } from './channels/contract.ts'
import { type DeadMan, startDeadMan } from './dead-man.ts'
import { pruneDeliveries } from './delivery-log.ts'
import { createEgress, type Egress } from './egress.ts'
import { sendMailThrough } from './mail.ts'
import type { StoredRecipient } from './recipients.ts'
import { createReconciler, type FaultsPort, type Reconciler } from './reconciler.ts'
import type { AlertingTables } from './schema.ts'
import { createSeal, type Seal } from './seal.ts'
import { tester } from './send-test.ts'
import { readDeadMan, readMail } from './settings.ts'
import { figures, troubleOf } from './state-of-health.ts'
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
  /** Something changed at a site: decide what is to be told. */
  look(site: string): void
  /** for /metrics */
  gauges(): Promise<Record<string, { help: string; value: number }>>
  stop(): Promise<void>
}

const keyFile = 'alerting.key'
/** One hub, one database: a lease of this name that is found at the start is an earlier run's own. */
const node = 'hub'
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
  const worker = startDeliveryWorker(
    { base: options.db, noteTold: options.faults.noteTold, seal, now, publicUrl: () => options.origin, context, warn },
    node,
  )
  const reconciler: Reconciler = createReconciler({
    db: options.db,
    now,
    faults: options.faults,
    warn,
    written: worker.wake,
    silencedChanged: (site) => options.events.emit('silences-changed', { site }),
  })
  const unsubscribe = [
    options.events.on('fault', ({ fault }) => reconciler.look(fault.site)),
    // Maintenance may have been ended: what still holds is told now.
    options.events.on('config-changed', ({ site }) => reconciler.look(site)),
  ]
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
    sendTest: tester(db, { ...options, seal, context }),
    apply: applier(options, seal, () => {
      worker.wake()
      deadMan.wake()
    }),
    look: reconciler.look,
    gauges: () => figures(db, now()),
    async stop() {
      for (const it of unsubscribe) it()
      clearInterval(pruning)
      await Promise.all([reconciler.stop(), worker.stop(), deadMan.stop()])
      await egress.close()
    },
  }
}
