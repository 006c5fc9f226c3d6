/**
 * Whether a target is there. Version 3 knows two answers: to this user, and to anybody. Some targets say nothing to a user or
 * pass phrase that they do not know, but all tell their engine id (RFC 3414, section 4): that tells refusal from silence.
 */
import { isStewardError, StewardError } from '@steward/shared/errors'
import type { Limits } from '../contract.ts'
import { placeOf } from '../tcp-connect.ts'
import { snmpError } from './ask.ts'
import { type SnmpEngine, SnmpFailure, type SnmpTarget } from './engine/index.ts'

export const sysUpTime = '1.3.6.1.2.1.1.3.0'

/** Throws StewardError when it does not answer; `driver/refused-credentials` when it answers, but not to this user. */
export async function checkPresence(
  engine: SnmpEngine,
  target: SnmpTarget,
  hasSecret: boolean,
  limits: Limits,
): Promise<void> {
  const question =
    target.version !== 'v3'
      ? askUptime(engine, target, limits)
      : hasSecret
        ? askBoth(engine, target, limits)
        : engine.discover(target, limits)
  await question.catch((error: unknown) => {
    throw snmpError(error, target)
  })
}

async function askUptime(engine: SnmpEngine, target: SnmpTarget, limits: Limits): Promise<void> {
  const options = { timeoutMs: limits.timeoutMs, retries: 0, signal: limits.signal }
  await engine.request(target, { type: 'get', oids: [sysUpTime] }, options)
}

/**
 * Of a target that was silent to its user: whether it answers anybody, and is still silent to its user then. The second question
 * matters: it may just have come back.
 */
async function isDeafToUser(engine: SnmpEngine, target: SnmpTarget, limits: Limits): Promise<boolean> {
  try {
    await engine.discover(target, limits)
  } catch {
    return false
  }
  return askUptime(engine, target, limits).then(
    () => false,
    (error: unknown) => error instanceof SnmpFailure && (error.kind === 'timeout' || error.kind === 'refused'),
  )
}

/** The error of a poll, told apart: a target that fell silent is asked whether it is there for anybody. */
export async function explained(
  error: unknown,
  engine: SnmpEngine,
  target: SnmpTarget,
  limits: Limits,
): Promise<unknown> {
  if (target.version !== 'v3' || limits.signal.aborted || !isStewardError(error, 'driver/timeout')) return error
  return (await isDeafToUser(engine, target, limits)) ? refusedBySilence(target) : error
}

/** In the second half of the time it is asked whether it is there at all, so that both are known at its end. */
async function askBoth(engine: SnmpEngine, target: SnmpTarget, limits: Limits): Promise<void> {
  const rest = { ...limits, timeoutMs: Math.ceil(limits.timeoutMs / 4) }
  let isDeaf: Promise<boolean> = Promise.resolve(false)
  const timer = setTimeout(() => {
    isDeaf = isDeafToUser(engine, target, rest)
  }, limits.timeoutMs / 2)
  try {
    await askUptime(engine, target, limits)
  } catch (error) {
    if (await isDeaf) throw refusedBySilence(target)
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
