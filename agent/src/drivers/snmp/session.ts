/** One target over time: learned at the first poll and again now and then, in between only read. */
import { StewardError } from '@steward/shared/errors'
import type { ConnectionOf } from '@steward/shared/model'
import type { DriverSession, Limits, Reading, Target } from '../contract.ts'
import { checkOutcomeOf } from '../network-failure.ts'
import { placeOf } from '../tcp-connect.ts'
import { createAsk, snmpError } from './ask.ts'
import { type Answer, type Asked, asked, maxPerQuestion, type SnmpEngine } from './engine/index.ts'
import { type Alike, type Course, learnTarget, type Plan } from './learn/index.ts'
import { checkPresence, explained, sysUpTime } from './presence.ts'
import type { Profile } from './profiles/profile.ts'
import { hasRestarted } from './read/counter-rate.ts'
import { createReader, type Pass, type Reader } from './read/reader.ts'
import { snmpTargetOf } from './target.ts'

const relearnAfterMs = 60 * 60_000
/** When rows have vanished, but not more often than this. */
const relearnAtOnceAfterMs = 5 * 60_000
const tries = 2

type Uptime = { ticks: number; atMs: number }
type Known = {
  course: Course
  /** the questions of the course, to this target */
  parts: readonly Asked[]
  reader: Reader
  fixed: Plan['fixed']
  errors: Plan['errors']
  learnedAtMs: number
  rowsLost: boolean
}

export function openSnmpSession(
  engine: SnmpEngine,
  profiles: readonly Profile[],
  alike: Alike,
  of: Target<ConnectionOf<'snmp'>>,
): DriverSession {
  const target = snmpTargetOf(of)
  let known: Known | null = null
  let uptime: Uptime | null = null

  const isStale = (it: Known): boolean => {
    const age = performance.now() - it.learnedAtMs
    return age > relearnAfterMs || (it.rowsLost && age > relearnAtOnceAfterMs)
  }

  const learn = async (limits: Limits) => {
    const { identity, plan } = await learnTarget(createAsk(engine, target, limits), profiles)
    const course = alike.course(plan)
    const parts = course.questions.map((it) => asked(target, it))
    const reader = createReader(course.reads, known?.reader)
    const { fixed, errors } = plan
    const now = { course, parts, reader, fixed, errors, learnedAtMs: performance.now(), rowsLost: false }
    known = now
    return { now, learned: { identity, points: alike.points(plan), findings: plan.findings } }
  }

  const begin = (ticks: number | null): Pass => {
    const atMs = performance.now()
    const before = uptime
    uptime = ticks === null ? null : { ticks, atMs }
    const wasReset = before !== null && ticks !== null && hasRestarted(before.ticks, ticks, atMs - before.atMs)
    return { values: {}, errors: [], atMs, wasReset }
  }

  const finish = (now: Known, { values, errors, wasReset }: Pass): Reading => {
    now.rowsLost ||= errors.length > 0
    // After a restart rows may have moved to other indexes.
    if (wasReset) now.learnedAtMs = Number.NEGATIVE_INFINITY
    const { fixed, errors: lasting } = now
    for (const id in fixed) values[id] = fixed[id] ?? null
    return { values, errors: lasting.length === 0 ? errors : [...lasting, ...errors] }
  }

  /** All values in the general way, which knows what to do with targets that answer less or otherwise. */
  const readGenerally = async (now: Known, limits: Limits, retries: number): Promise<Reading> => {
    const found = await createAsk(engine, target, limits, retries).get(now.course.oids)
    const ticks = found.get(sysUpTime)
    const pass = begin(ticks?.type === 'timeticks' ? ticks.value : null)
    now.reader.takeAll(pass, found)
    return finish(now, pass)
  }

  const readPart = (now: Known, k: number, before: Pass | null, limits: Limits): Promise<Reading> => {
    const part = now.parts[k]
    if (part === undefined) return readGenerally(now, limits, tries - 1)
    const take = (answer: Answer): Reading | Promise<Reading> => {
      const pass = before ?? begin(answer.tags[0] === timeticks ? (answer.lows[0] ?? 0) : null)
      if (k === 0) now.reader.take(pass, answer, 1, 0)
      else now.reader.take(pass, answer, 0, k * maxPerQuestion - 1)
      return k + 1 < now.parts.length ? readPart(now, k + 1, pass, limits) : finish(now, pass)
    }
    return engine.ask(part, {
      limits,
      retries: tries - 1,
      answer: take,
      otherwise: (timeoutMs, retries) => readGenerally(now, { timeoutMs, signal: limits.signal }, retries),
      failed: (failure) => snmpError(failure, target),
    })
  }

  const readKnown = (now: Known, limits: Limits): Promise<Reading> =>
    target.version === 'v3' ? explaining(limits, readPart(now, 0, null, limits)) : readPart(now, 0, null, limits)

  const learnAndRead = async (limits: Limits): Promise<Reading> => {
    const { now, learned } = await learn(limits)
    return { ...learned, ...(await readPart(now, 0, null, limits)) }
  }

  const explaining = (limits: Limits, reading: Promise<Reading>): Promise<Reading> =>
    reading.catch(async (error: unknown) => {
      throw await explained(error, engine, target, limits)
    })

  return {
    check: (limits) => checkOutcomeOf(() => checkPresence(engine, target, of.secret !== null, limits)),

    poll(limits) {
      if (known !== null && !isStale(known)) return readKnown(known, limits)
      if (target.version !== 'v3' || of.secret !== null) return explaining(limits, learnAndRead(limits))
      const where = placeOf(target.address, target.port)
      const message = `${where} is read by SNMPv3; set its pass phrases at the agent`
      return Promise.reject(new StewardError('driver/no-secret', message))
    },

    close: () => {
      known = null
    },
  }
}

const timeticks = 0x43
