/** One target over time: learned at the first poll and again now and then, in between only read. */
import { isStewardError, StewardError } from '@steward/shared/errors'
import type { ConnectionOf } from '@steward/shared/model'
import type { CheckOutcome, DriverSession, Limits, Reading, Target } from '../contract.ts'
import { checkOutcomeOf } from '../network-failure.ts'
import { placeOf } from '../tcp-connect.ts'
import { createAsk, snmpError } from './ask.ts'
import {
  type Asked,
  asked,
  maxPerQuestion,
  type SnmpEngine,
  type SnmpTarget,
  type UseOfAnswer,
} from './engine/index.ts'
import { type Alike, type Course, learnTarget, type Plan } from './learn/index.ts'
import { checkPresence, explained, sysUpTime } from './presence.ts'
import type { Profile } from './profiles/profile.ts'
import { hasRestarted } from './read/counter-rate.ts'
import { createReader, type Pass, type Reader, takeAll, takeAnswer } from './read/reader.ts'
import { snmpTargetOf } from './target.ts'

const relearnAfterMs = 60 * 60_000
/** When rows have vanished, but not more often than this. */
const relearnAtOnceAfterMs = 5 * 60_000
const tries = 2
const timeticks = 0x43

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

/** What is kept of a target; there are thousands, so it is data, and what works on it stands below once. */
type Session = {
  engine: SnmpEngine
  target: SnmpTarget
  profiles: readonly Profile[]
  alike: Alike
  hasSecret: boolean
  /** the credentials were refused: checks leave them out until a poll offers them again */
  isRefused: boolean
  known: Known | null
  uptime: Uptime | null
}

export function openSnmpSession(
  engine: SnmpEngine,
  profiles: readonly Profile[],
  alike: Alike,
  of: Target<ConnectionOf<'snmp'>>,
): DriverSession {
  const target = snmpTargetOf(of)
  const it: Session = {
    engine,
    target,
    profiles,
    alike,
    hasSecret: of.secret !== null,
    isRefused: false,
    known: null,
    uptime: null,
  }
  return {
    check: (limits) => check(it, limits),
    poll: (limits) => poll(it, limits),
    close: () => {
      it.known = null
    },
  }
}

async function check(it: Session, limits: Limits): Promise<CheckOutcome> {
  const outcome = await checkOutcomeOf(() => checkPresence(it.engine, it.target, it.hasSecret && !it.isRefused, limits))
  if (outcome.ok && outcome.refused !== undefined) it.isRefused = true
  return outcome
}

function poll(it: Session, limits: Limits): Promise<Reading> {
  const { known, target } = it
  it.isRefused = false
  if (known !== null && !isStale(known)) {
    const reading = readPart(it, known, 0, null, limits)
    return target.version === 'v3' ? explaining(it, limits, reading) : reading
  }
  if (target.version !== 'v3' || it.hasSecret) return explaining(it, limits, learnAndRead(it, limits))
  const where = placeOf(target.address, target.port)
  const message = `${where} is read by SNMPv3; set its pass phrases at the agent`
  return Promise.reject(new StewardError('driver/no-secret', message))
}

function isStale({ learnedAtMs, rowsLost }: Known): boolean {
  const age = performance.now() - learnedAtMs
  return age > relearnAfterMs || (rowsLost && age > relearnAtOnceAfterMs)
}

function explaining(it: Session, limits: Limits, reading: Promise<Reading>): Promise<Reading> {
  return reading.catch(async (error: unknown) => {
    const why = await explained(error, it.engine, it.target, limits)
    it.isRefused = isStewardError(why, 'driver/refused-credentials')
    throw why
  })
}

async function learnAndRead(it: Session, limits: Limits): Promise<Reading> {
  const { engine, target, alike } = it
  const { identity, plan } = await learnTarget(createAsk(engine, target, limits), it.profiles)
  const course = alike.course(plan)
  const parts = course.questions.map((question) => asked(target, question))
  const reader = createReader(course.reads, it.known?.reader)
  const { fixed, errors, findings } = plan
  const known = { course, parts, reader, fixed, errors, learnedAtMs: performance.now(), rowsLost: false }
  it.known = known
  return { identity, points: alike.points(plan), findings, ...(await readPart(it, known, 0, null, limits)) }
}

/** The values of one question, and after them those of the next. */
function readPart(it: Session, known: Known, k: number, pass: Pass | null, limits: Limits): Promise<Reading> {
  const asked = known.parts[k]
  if (asked === undefined) return readGenerally(it, known, limits, tries - 1)
  return it.engine.ask({ asked, use: reading, context: { it, known, k, pass, limits }, limits, retries: tries - 1 })
}

/** Where a poll stands: at which of its questions, and what it has read so far. */
type Turn = { it: Session; known: Known; k: number; pass: Pass | null; limits: Limits }

const reading: UseOfAnswer<Turn, Reading> = {
  answer({ it, known, k, pass: before, limits }, answer) {
    const pass = before ?? begin(it, answer.tags[0] === timeticks ? (answer.lows[0] ?? 0) : null)
    takeAnswer(known.reader, pass, answer, k === 0 ? 1 : 0, k === 0 ? 0 : k * maxPerQuestion - 1)
    return k + 1 < known.parts.length ? readPart(it, known, k + 1, pass, limits) : finish(known, pass)
  },
  otherwise({ it, known, limits: { signal } }, timeoutMs, retries) {
    return readGenerally(it, known, { timeoutMs, signal }, retries)
  },
  failed: ({ it }, failure) => snmpError(failure, it.target),
}

/** All values in the general way, which knows what to do with targets that answer less or otherwise. */
async function readGenerally(it: Session, known: Known, limits: Limits, retries: number): Promise<Reading> {
  const found = await createAsk(it.engine, it.target, limits, retries).get(known.course.oids)
  const ticks = found.get(sysUpTime)
  const pass = begin(it, ticks?.type === 'timeticks' ? ticks.value : null)
  takeAll(known.reader, pass, found)
  return finish(known, pass)
}

/** `ticks`: its uptime, null where it tells none. */
function begin(it: Session, ticks: number | null): Pass {
  const atMs = performance.now()
  const before = it.uptime
  const wasReset = before !== null && ticks !== null && hasRestarted(before.ticks, ticks, atMs - before.atMs)
  if (before === null || ticks === null) it.uptime = ticks === null ? null : { ticks, atMs }
  else {
    before.ticks = ticks
    before.atMs = atMs
  }
  return { values: {}, errors: [], atMs, wasReset }
}

function finish(known: Known, { values, errors, wasReset }: Pass): Reading {
  known.rowsLost ||= errors.length > 0
  // After a restart rows may have moved to other indexes.
  if (wasReset) known.learnedAtMs = Number.NEGATIVE_INFINITY
  const { fixed, errors: lasting } = known
  for (const id in fixed) values[id] = fixed[id] ?? null
  return { values, errors: lasting.length === 0 ? errors : [...lasting, ...errors] }
}
