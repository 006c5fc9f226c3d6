/** The parts of polling, put together: who asks, who is asked, who judges, and where it is written down. */
import { join } from 'node:path'
import { PollingSettings } from '@steward/shared/model'
import { createDrivers, type DeviceProfiles, type Drivers, loadDeviceProfiles } from '../drivers/index.ts'
import { createPictureEye } from '../picture/index.ts'
import { type Checks, createChecks } from './checks.ts'
import type { Clock, PollingOptions } from './contract.ts'
import { createEventTime } from './event-time.ts'
import { createFeeds, type Feeds } from './feeds.ts'
import { createGapWatch, type GapWatch } from './gap-watch.ts'
import { createGate } from './gate.ts'
import { createJournal, type Journal } from './journal.ts'
import type { Judge } from './judge.ts'
import { createLines, type Lines } from './lines.ts'
import { createPolls, type Polls } from './polls.ts'
import { createQuestions, type Questions } from './questions.ts'
import { emptyState, parseState, type SavedState } from './saved-state.ts'
import { emptySite, type Site } from './site.ts'
import { onPace, typicalSeconds } from './slowness.ts'
import { createReadTeller } from './told-of-reads.ts'
import { createTurns, type Turns } from './turns.ts'
import { createWatches } from './watches.ts'
import { slowReason } from './words.ts'

export type Parts = {
  clock: Clock
  /** instants for faults, ms since 1970 */
  eventNow: () => number
  saved: SavedState
  drivers: Drivers
  questions: Questions
  lines: Lines
  gaps: GapWatch
  journal: Journal
  checks: Checks
  polls: Polls
  turns: Turns
  tellSecret: (device: string, isNew?: boolean) => void
  /** what is in force; no judge before the first configuration */
  inForce: { site: Site; judge: Judge | null }
}

const machineClock: Clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() }
const profilesBesideSource = join(import.meta.dirname, '..', '..', 'profiles')

/** The mark of the diagnosis for slow answers. */
const slowMark = 'slow-answers'
const checksAtOnce = 1024
const pollsAtOnce = 64
/** What answers has answered by then; who is silent keeps its own place only, so that a tenth that falls silent at once delays nobody. */
const pollPatienceMs = 100

export function createParts(options: PollingOptions): Parts {
  const clock = options.clock ?? machineClock
  const saved = savedState(options)
  const eventNow = createEventTime(clock, saved.at)
  const inForce: Parts['inForce'] = { site: { ...emptySite, settings: PollingSettings.parse({}) }, judge: null }
  const { picturesFile } = options
  const sight = picturesFile === undefined ? null : { eye: createPictureEye(picturesFile), clock }
  const drivers = createDrivers(profilesOf(options), sight)
  const questions = createQuestions()
  const lines = createLines(drivers, options.secretOf, (line) => polls.soon(line))
  const gaps = createGapWatch()
  const turns = createTurns(clock, () => inForce.site)
  const journal = createJournal(saved, options.record, (problems) => {
    const diagnosis = inForce.judge?.snapshot() ?? saved.diagnosis
    return { version: 1, at: eventNow(), diagnosis, problems }
  })
  const teller = createReadTeller({ journal, clock, log: options.log, linesOf: lines.of, judge: () => inForce.judge })
  const watches = createWatches({
    linesOf: lines.of,
    judge: () => inForce.judge,
    settings: () => inForce.site.settings,
  })
  const feeds = createFeeds({ site: () => inForce.site, judge: () => inForce.judge })
  const polls = createPolls({
    clock,
    questions,
    gate: createGate({ total: pollsAtOnce, perKey: 1, patienceMs: pollPatienceMs }),
    intervalMs: () => inForce.site.settings.pollIntervalMs,
    linesOf: lines.of,
    isDown: (device) => inForce.judge?.isDown(device) === true,
    read(line, reading) {
      teller.read(line, reading)
      watches.read(line, reading)
      feeds.read(line, reading)
    },
    failed: teller.failed,
  })
  const checks = createChecks({
    clock,
    questions,
    gate: createGate({ total: checksAtOnce, perKey: 1 }),
    timeoutMs: () => inForce.site.settings.checkTimeoutMs,
    lineOf: (device) => lines.of(device)[0],
    isDoubtful: (startedAtMs) => {
      gaps.beat(clock.monotonicMs(), clock.wallMs())
      return gaps.isDoubtful(startedAtMs)
    },
    seen: (line, check, outcome) => seen({ inForce, journal, polls, turns, clock, feeds }, line, check, outcome),
  })
  const { tellSecret } = teller
  return { clock, eventNow, saved, drivers, questions, lines, gaps, journal, checks, polls, turns, tellSecret, inForce }
}

type Seen = Parameters<typeof createChecks>[0]['seen']

type SeenBy = Pick<Parts, 'inForce' | 'journal' | 'polls' | 'turns' | 'clock'> & {
  feeds: Feeds
}

/** A check goes to the judge; a device that answers is read from then on. */
function seen(
  { inForce, journal, polls, turns, clock, feeds }: SeenBy,
  ...[line, check, outcome]: Parameters<Seen>
): ReturnType<Seen> {
  const { site, judge } = inForce
  if (judge === null) return { checkNow: [], nextCheckAtMs: check.startedAtMs + site.settings.checkIntervalMs }
  const { device } = line
  const feeder = feeds.feederOf(device)
  const wasUp = journal.toldOf(device).state === 'up'
  const next = judge.onCheck(device, check)
  // Whether it has lost its power its switch knows, and shall say now.
  if (wasUp && feeder !== undefined && judge.isDown(device)) polls.plan(feeder, clock.monotonicMs())
  const limitMs = site.settings.checkTimeoutMs
  const pace = onPace(line.pace, outcome.tookMs, limitMs, outcome.ok)
  line.pace = pace
  judge.mark(device, slowMark, pace.isSlow, slowReason(typicalSeconds(pace, limitMs)))
  if (outcome.ok && !polls.isPlanned(device)) polls.plan(device, turns.firstPoll(device, wasUp))
  // The credentials may have been changed at the device: found out by reading, not at the next poll but now.
  if (outcome.ok && outcome.refused !== undefined && line.refusals === 0) polls.plan(device, clock.monotonicMs())
  return next
}

function profilesOf({ profilesFolder, log }: PollingOptions): DeviceProfiles {
  const { profiles, problems } = loadDeviceProfiles(profilesFolder ?? profilesBesideSource)
  for (const { file, message } of problems) log.error({ file }, `a device profile is left out: ${message}`)
  if (profiles.snmp.length === 0) log.error({}, 'no device profile was found; SNMP devices will have no points')
  return profiles
}

function savedState({ savedState: texts, log }: PollingOptions): SavedState {
  const parsed = Object.keys(texts).length === 0 ? emptyState : parseState(texts)
  if (parsed === null) log.warn({}, 'the saved state cannot be read; what is known of devices is learned anew')
  return parsed ?? emptyState
}
