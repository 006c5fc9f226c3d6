import { join } from 'node:path'
import { StewardError } from '@steward/shared/errors'
import { type AgentConfig, PollingSettings } from '@steward/shared/model'
import { createDrivers, loadProfiles } from '../drivers/index.ts'
import { createChecks } from './checks.ts'
import type { Clock, ConfigProblem, Polling, PollingOptions } from './contract.ts'
import { createEventTime } from './event-time.ts'
import { createGapWatch } from './gap-watch.ts'
import { createGate } from './gate.ts'
import { createJournal } from './journal.ts'
import { createJudge, type Judge } from './judge.ts'
import { createLines } from './lines.ts'
import { createPolls } from './polls.ts'
import { createQuestions } from './questions.ts'
import { readNow } from './read-now.ts'
import { emptyState, parseState } from './saved-state.ts'
import { emptySite, type Site, siteOf } from './site.ts'
import { firstTurn } from './spread.ts'
import { createReadTeller } from './told-of-reads.ts'

const machineClock: Clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() }
const profilesBesideSource = join(import.meta.dirname, '..', '..', 'profiles')

const checksAtOnce = 1024
const pollsAtOnce = 64
/** The loop wakes at least this often: gaps are noticed, and times set by others are kept. */
const beatMs = 500
/** First checks and polls of a large site are spread over this much per device. */
const firstCheckEachMs = 5
const firstPollEachMs = 20
/** A device that is back is read soon, but not all of them at once. */
const readAgainWithinMs = 2000

/** Starts asking; nothing is asked before `applyConfig`. */
export function startPolling(options: PollingOptions): Polling {
  const { log } = options
  const clock = options.clock ?? machineClock
  const { profiles, problems: badProfiles } = loadProfiles(options.profilesFolder ?? profilesBesideSource)
  for (const { file, message } of badProfiles) log.error({ file }, `device profile left out: ${message}`)
  const drivers = createDrivers(profiles)
  const questions = createQuestions()
  const lines = createLines(drivers, options.secretOf)
  const gaps = createGapWatch()
  const saved = savedState(options)
  const eventNow = createEventTime(clock, saved.at)
  let site: Site = { ...emptySite, settings: PollingSettings.parse({}) }
  let judge: Judge | null = null

  const journal = createJournal(saved, options.record, (told, problems) => ({
    version: 1,
    at: eventNow(),
    diagnosis: judge?.snapshot() ?? saved.diagnosis,
    told,
    problems,
  }))
  const teller = createReadTeller({ journal, clock, log, linesOf: lines.of, judge: () => judge })
  const polls = createPolls({
    clock,
    questions,
    gate: createGate({ total: pollsAtOnce, perKey: 1 }),
    intervalMs: () => site.settings.pollIntervalMs,
    linesOf: lines.of,
    isDown: (device) => judge?.isDown(device) === true,
    read: teller.read,
    failed: teller.failed,
  })
  const checks = createChecks({
    clock,
    questions,
    gate: createGate({ total: checksAtOnce, perKey: 1 }),
    timeoutMs: () => site.settings.checkTimeoutMs,
    lineOf: (device) => lines.of(device)[0],
    isDoubtful: (startedAtMs) => {
      gaps.beat(clock.monotonicMs(), clock.wallMs())
      return gaps.isDoubtful(startedAtMs)
    },
    seen(line, check, outcome) {
      const { device } = line
      if (judge === null) return { checkNow: [], nextCheckAtMs: check.startedAtMs + site.settings.checkIntervalMs }
      const wasUp = journal.toldOf(device).state === 'up'
      const next = judge.onCheck(device, check)
      if (outcome.ok && !polls.isPlanned(device)) polls.plan(device, firstPollAt(device, wasUp))
      if (outcome.ok && outcome.refused !== undefined && line.refusals === 0) polls.plan(device, clock.monotonicMs())
      return next
    },
  })
  const begun = new Set<string>()

  const firstPollAt = (device: string, wasUp: boolean): number => {
    const isFirst = !begun.has(device)
    begun.add(device)
    const within = isFirst || wasUp ? site.settings.pollIntervalMs : readAgainWithinMs
    return firstTurn(device, clock.monotonicMs(), within, site.devices.size, firstPollEachMs)
  }

  const firstCheckAt = (device: string): number =>
    firstTurn(device, clock.monotonicMs(), site.settings.checkIntervalMs, site.devices.size, firstCheckEachMs)

  const applyConfig = (config: AgentConfig): ConfigProblem[] => {
    const { site: next, problems } = siteOf(config, options.isAllowed)
    site = next
    const asked = new Set(site.watched.filter((it) => it.checked).map((it) => it.id))
    lines.replace([...site.devices.values()].filter((it) => asked.has(it.id)))
    journal.keepOnly((it) => site.devices.has(it))
    if (judge === null)
      judge = createJudge({ site, snapshot: saved.diagnosis, journal, now: eventNow, firstCheckAtMs: firstCheckAt })
    else judge.replaceSite(site)
    for (const device of site.devices.keys()) {
      if (!asked.has(device)) {
        checks.forget(device)
        polls.forget(device)
      } else if (!checks.isPlanned(device)) checks.plan(device, firstCheckAt(device))
      teller.secretOf(device)
    }
    wake()
    return problems
  }

  let timer: NodeJS.Timeout | null = null
  let stopped = false

  const wake = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (stopped) return
    const now = clock.monotonicMs()
    if (gaps.beat(now, clock.wallMs()))
      log.warn({}, 'this machine slept or was too busy; failed checks of that time do not count')
    checks.runDue()
    polls.runDue()
    judge?.onTime(now)
    const due = Math.min(checks.nextDueAt() ?? Number.POSITIVE_INFINITY, polls.nextDueAt() ?? Number.POSITIVE_INFINITY)
    timer = setTimeout(wake, Math.min(beatMs, Math.max(1, due - clock.monotonicMs())))
  }
  wake()

  return {
    applyConfig,
    secretChanged(device) {
      lines.reopen(device)
      teller.secretOf(device)
      checks.plan(device, clock.monotonicMs())
      polls.plan(device, clock.monotonicMs())
      wake()
    },
    checkNow(device) {
      if (lines.of(device).length === 0)
        throw new StewardError(
          'input/not-found',
          `there is no device "${device}" that is checked; see the configuration`,
        )
      return readNow(device, lines.of(device), checks, polls)
    },
    deviceOf(device) {
      const found = site.devices.get(device)
      return found?.address !== undefined && options.isAllowed(found.address) ? found : undefined
    },
    status() {
      const counts = { up: 0, down: 0, unknown: 0 }
      for (const { id, checked } of site.watched) if (checked) counts[journal.toldOf(id).state] += 1
      return { devices: counts, openFaults: judge?.openFaults() ?? [] }
    },
    async stop() {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      lines.closeAll()
      questions.stop()
      for (const driver of Object.values(drivers)) driver.close()
      journal.flush()
    },
  }
}

function savedState(options: PollingOptions): typeof emptyState {
  if (options.savedState === null) return emptyState
  const parsed = parseState(options.savedState)
  if (parsed === null) options.log.warn({}, 'the saved state cannot be read; what is known of devices is learned anew')
  return parsed ?? emptyState
}
