/**
 * Whether a target is there. Version 3 knows two answers: to this user, and to anybody. Some targets say nothing to a user or
 * pass phrase that they do not know, but all tell their engine id (RFC 3414, section 4): that tells refusal from silence.
 */
import { isStewardError, StewardError } from '@steward/shared/errors'
import type { Limits } from '../contract.ts'
import { placeOf } from '../tcp-connect.ts'
import { snmpError } from './ask.ts'
import type { SnmpEngine, SnmpTarget } from './engine/index.ts'

export const sysUpTime = '1.3.6.1.2.1.1.3.0'

/** Throws StewardError when it does not answer; `driver/refused-credentials` when it answers, but not to this user. */
export async function checkPresence(
  engine: SnmpEngine,
  target: SnmpTarget,
  hasSecret: boolean,
  limits: Limits,
): Promise<void> {
  const askUptime = async (): Promise<void> => {
    const options = { timeoutMs: limits.timeoutMs, retries: 0, signal: limits.signal }
    await engine.request(target, { type: 'get', oids: [sysUpTime] }, options)
  }
  const question =
    target.version !== 'v3'
      ? askUptime()
      : hasSecret
        ? askBoth(askUptime(), engine, target, limits)
        : engine.discover(target, limits)
  await question.catch((error: unknown) => {
    throw snmpError(error, target)
  })
}

/** The error of a poll, told apart: a target that fell silent is asked whether it is there for anybody. */
export async function explained(
  error: unknown,
  engine: SnmpEngine,
  target: SnmpTarget,
  limits: Limits,
): Promise<unknown> {
  if (target.version !== 'v3' || limits.signal.aborted || !isStewardError(error, 'driver/timeout')) return error
  const isThere = await engine.discover(target, limits).then(
    () => true,
    () => false,
  )
  return isThere ? refusedBySilence(target) : error
}

/** In the second half of the time it is asked whether it is there at all, so that both are known at its end. */
async function askBoth(asked: Promise<void>, engine: SnmpEngine, target: SnmpTarget, limits: Limits): Promise<void> {
  const half = Math.ceil(limits.timeoutMs / 2)
  let isThere: Promise<boolean> = Promise.resolve(false)
  const timer = setTimeout(() => {
    isThere = engine.discover(target, { ...limits, timeoutMs: half }).then(
      () => true,
      () => false,
    )
  }, half)
  try {
    await asked
  } catch (error) {
    if (await isThere) throw refusedBySilence(target)
    throw error
  } finally {
    clearTimeout(timer)
  }
}

function refusedBySilence(target: SnmpTarget): StewardError {
  const where = placeOf(target.address, target.port)
  const message = `${where} (SNMP v3) answers, but not to this user: the user name or a pass phrase is wrong`
  return new StewardError('driver/refused-credentials', message)
}
