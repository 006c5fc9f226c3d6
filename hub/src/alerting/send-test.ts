import { randomUUID } from 'node:crypto'
import type { TestResult } from '@steward/shared/api'
import { isStewardError, StewardError } from '@steward/shared/errors'
import type { Kysely } from 'kysely'
import type { Platform } from '../platform.ts'
import type { ChannelContext } from './channels/contract.ts'
import { channels } from './channels/registry.ts'
import { noteTest } from './delivery-log.ts'
import { renderTest } from './message/render.ts'
import { type StoredRecipient, targetOf } from './recipients.ts'
import type { AlertingTables } from './schema.ts'
import type { Seal } from './seal.ts'

/** Sends a test to a recipient, once, and notes it in the delivery log. */
export function tester(
  db: Kysely<AlertingTables>,
  it: Pick<Platform, 'now' | 'log'> & { origin: string; seal: Seal; context: ChannelContext },
): (recipient: StoredRecipient) => Promise<TestResult> {
  return async (recipient) => {
    const id = randomUUID()
    const { name, language } = recipient
    const message = renderTest({ id, language, publicUrl: it.origin, recipient: name })
    let error: StewardError | null = null
    try {
      await channels[recipient.channel].send(targetOf(it.seal, recipient), message, it.context)
    } catch (thrown) {
      if (!isStewardError(thrown)) it.log.error({ err: thrown }, 'a test could not be sent')
      error = isStewardError(thrown)
        ? thrown
        : new StewardError('system/internal', 'The test could not be sent; the reason is in the log of the hub.')
    }
    await noteTest(db, { id, recipient, error, now: it.now() })
    if (error === null) return { ok: true, message: `Sent to ${recipient.shown}.`, code: null }
    return { ok: false, message: error.message, code: error.code }
  }
}
