/** Walks a target into a recording that can be given away, and says what is read from it. */
import { randomBytes } from 'node:crypto'
import { StewardError } from '@steward/shared/errors'
import type { ConnectionOf } from '@steward/shared/model'
import type { Limits, Reading, Target } from '../../contract.ts'
import { snmpError } from '../ask.ts'
import { createSnmpEngine, type Varbind } from '../engine/index.ts'
import { createAlike } from '../learn/index.ts'
import type { Profile } from '../profiles/profile.ts'
import { openSnmpSession } from '../session.ts'
import { snmpTargetOf } from '../target.ts'
import { disguised } from './disguise.ts'
import { replayOf } from './replay.ts'
import { createScramble } from './scramble.ts'
import { snmprecOf } from './snmprec.ts'
import { walkAll } from './walk-all.ts'

export type SnmpRecording = {
  snmprec: string
  values: number
  /** where it was cut because it had too many values; null when all is there */
  cutAt: string | null
  /** what the agent reads from the recording */
  reading: Reading
}

export type RecordOptions = Limits & {
  maxValues: number
  onProgress(values: number, at: string): void
}

/**
 * Serial numbers, addresses, names, places and people are other ones in each recording, and the same within one. Throws StewardError
 * `driver/timeout`, `driver/refused-credentials` and the like as a poll does.
 */
export async function recordSnmp(
  of: Target<ConnectionOf<'snmp'>>,
  profiles: readonly Profile[],
  { timeoutMs, signal, ...bounds }: RecordOptions,
): Promise<SnmpRecording> {
  const engine = createSnmpEngine()
  const target = snmpTargetOf(of)
  try {
    const walked = await walkAll(engine, target, { timeoutMs, retries: 3, signal }, { ...bounds, signal })
    if (walked.varbinds.length === 0)
      throw new StewardError(
        'driver/protocol',
        `${target.address}:${target.port} answers, but shows nothing to this user`,
      )
    const poll = (varbinds: readonly Varbind[]) => pollOf(varbinds, of, profiles, { timeoutMs, signal })
    const { identity = {} } = await poll(walked.varbinds)
    const words = [...Object.values(of.secret ?? {}), identity.serial, identity.name].filter(isPrivate)
    const scramble = createScramble(randomBytes(16).toString('hex'))
    const varbinds = disguised(walked.varbinds, { words, serials: serialsOf(profiles), scramble })
    const reading = await poll(varbinds)
    return { snmprec: snmprecOf(varbinds), values: varbinds.length, cutAt: walked.cutAt, reading }
  } catch (error) {
    throw snmpError(error, target)
  } finally {
    engine.close()
  }
}

function isPrivate(word: string | undefined): word is string {
  return word !== undefined && word.length > 2 && !['public', 'private'].includes(word)
}

/** Where any maker's device tells its serial number as a text of its own. */
function serialsOf(profiles: readonly Profile[]): string[] {
  const sources = profiles.flatMap(({ identity }) => identity.serial ?? [])
  return [...new Set(sources.flatMap(({ oid, pattern }) => (oid === null || pattern !== null ? [] : [oid])))]
}

async function pollOf(
  varbinds: readonly Varbind[],
  of: Target<ConnectionOf<'snmp'>>,
  profiles: readonly Profile[],
  limits: Limits,
): Promise<Reading> {
  const session = openSnmpSession(replayOf(varbinds), profiles, createAlike(), of)
  try {
    return await session.poll(limits)
  } finally {
    session.close()
  }
}
