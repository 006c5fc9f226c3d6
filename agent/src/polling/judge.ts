/** From checks to outages to faults: feeds shared's pure engines, keeps their time, and tells what they find. */
import {
  createDiagnosis,
  type DiagnosisInput,
  type DiagnosisSnapshot,
  type MarkInput,
  type OpenFault,
  restoreDiagnosis,
} from '@steward/shared/diagnosis'
import type { Text } from '@steward/shared/model'
import { createSiteOutages, type OutageEvent } from '@steward/shared/outages'
import type { Journal } from './journal.ts'
import { createMaintenance } from './maintenance.ts'
import type { Site } from './site.ts'
import { answered, behindAnswers, failureText, switchedOff } from './words.ts'

/** One check, on the monotonic clock, ms. `failure` is null when it was answered. */
export type CheckSeen = {
  startedAtMs: number
  atMs: number
  failure: { code: string; message: string } | null
}

export type Judge = {
  replaceSite(site: Site): void
  /** Gives the devices to check at once, and when this one is due again (monotonic ms). */
  onCheck(device: string, check: CheckSeen): { checkNow: string[]; nextCheckAtMs: number }
  /** Sets or takes away a mark of the diagnosis; `isDirect`: it affects service directly. */
  mark(device: string, name: string, value: boolean, reason: Text, isDirect?: boolean): void
  /** Says of an end in sight why, or with null that it is averted. */
  foresee(device: string, name: string, reason: Text | null): void
  /** Those that are set. */
  marksOf(device: string): ReadonlySet<string>
  /** Says of devices whether the port that fed them draws nothing. */
  unfed(devices: readonly { device: string; unfed: boolean }[]): void
  /** What falls due by time alone; to be called often. */
  onTime(monotonicMs: number): void
  isDown(device: string): boolean
  openFaults(): OpenFault[]
  snapshot(): DiagnosisSnapshot
}

type JudgeOptions = {
  site: Site
  snapshot: DiagnosisSnapshot | null
  journal: Journal
  /** instants for faults, ms since 1970 */
  now: () => number
  firstCheckAtMs: (device: string) => number
}

export function createJudge(options: JudgeOptions): Judge {
  const { journal, now, snapshot } = options
  let { site } = options
  const diagnosis = snapshot === null ? createDiagnosis(site.model) : restoreDiagnosis(site.model, snapshot)
  const outages = createSiteOutages(site.watched, outageSettings(site), options.firstCheckAtMs)
  const maintenance = createMaintenance(
    snapshot?.devices.filter((it) => it.maintained === true).map((it) => it.id) ?? [],
  )
  const reasons = createReasons()
  const marks = marksIn(snapshot, 'degraded')
  const foreseen = marksIn(snapshot, 'imminent')
  const unfed = new Set(snapshot?.devices.filter((it) => it.unfed === true).map((it) => it.id))

  // Windows hold from their first instant on, and nobody may have looked at the clock since.
  const step = (at: number, inputs: readonly DiagnosisInput[]): void =>
    journal.faults(diagnosis.step(at, [...maintenance.changesAt(at, site), ...inputs]))

  const tell = (events: readonly OutageEvent[]): void => {
    if (events.length === 0) return
    const at = now()
    for (const event of events) {
      if ('state' in event) journal.state(event.device, at, event.state, reasons.of(event.device, event.state))
    }
    for (const event of events) if ('unmanageable' in event) journal.mark(at, event)
    step(at, events.flatMap(inputsOf))
  }

  const takeMarks = (inputs: readonly MarkInput[]): void => {
    const at = now()
    for (const input of inputs) journal.mark(at, input)
    step(at, inputs)
    journal.touch()
  }

  const maintain = (at: number): void => {
    const changes = maintenance.changesAt(at, site)
    if (changes.length > 0) journal.faults(diagnosis.step(at, changes))
  }

  const putInForce = (): void => {
    const at = now()
    journal.faults(diagnosis.replaceModel(at, site.model))
    maintain(at)
    const unchecked = site.watched.filter((it) => !it.checked && journal.toldOf(it.id).state !== 'unknown')
    for (const { id } of unchecked) journal.state(id, at, 'unknown', switchedOff)
    if (unchecked.length > 0)
      step(
        at,
        unchecked.map(({ id }) => ({ device: id, state: 'unknown' as const })),
      )
    journal.touch()
  }
  // The model may have changed while the agent was not running.
  putInForce()

  return {
    replaceSite(next) {
      site = next
      outages.replaceDevices(site.watched, outageSettings(site))
      putInForce()
    },
    onCheck(device, check) {
      reasons.seen(device, check.failure)
      const ok = check.failure === null
      const report = outages.onCheck(device, { startedAt: check.startedAtMs, at: check.atMs, ok })
      tell(report.events)
      return { checkNow: report.checkNow, nextCheckAtMs: report.nextCheckAt }
    },
    mark(device, name, value, reason, isDirect = false) {
      if (!marks.change(device, name, value)) return
      takeMarks([{ device, degraded: name, value, direct: isDirect, reason }])
    },
    foresee(device, name, reason) {
      if (!foreseen.change(device, name, reason !== null)) return
      takeMarks([{ device, imminent: name, value: reason !== null, ...(reason === null ? {} : { reason }) }])
    },
    marksOf: marks.of,
    unfed(devices) {
      const news = devices.filter((it) => unfed.has(it.device) !== it.unfed)
      for (const { device, unfed: isUnfed } of news) unfed[isUnfed ? 'add' : 'delete'](device)
      takeMarks(news)
    },
    onTime(monotonicMs) {
      const held = outages.nextDueAt()
      if (held !== null && held <= monotonicMs) tell(outages.onTime(monotonicMs))
      const at = now()
      maintain(at)
      const due = diagnosis.nextDueAt()
      if (due !== null && due <= at) step(at, [])
    },
    isDown: (device) => outages.stateOf(device) === 'down',
    openFaults: () => diagnosis.openFaults(),
    snapshot: () => diagnosis.snapshot(),
  }
}

/** Why a device is in its state: what its last check saw. */
function createReasons() {
  const failures = new Map<string, { code: string; message: string }>()
  return {
    seen(device: string, failure: CheckSeen['failure']): void {
      if (failure === null) failures.delete(device)
      else failures.set(device, failure)
    },
    of(device: string, state: 'up' | 'down' | 'unknown'): Text {
      const failure = failures.get(device)
      if (state === 'up') return answered
      return state === 'unknown' || failure === undefined ? behindAnswers : failureText(failure.code, failure.message)
    },
  }
}

/** The marks that are set, so that the diagnosis is told only of changes; after a restart those that it remembers. */
function marksIn(snapshot: DiagnosisSnapshot | null, of: 'degraded' | 'imminent') {
  const known = snapshot?.devices ?? []
  const marks = new Map(known.map((it) => [it.id, new Set(it[of]?.map((mark) => mark.name))]))
  const none: ReadonlySet<string> = new Set()
  return {
    of: (device: string): ReadonlySet<string> => marks.get(device) ?? none,
    /** Whether that was a change. */
    change(device: string, name: string, value: boolean): boolean {
      const set = marks.get(device)
      if ((set?.has(name) === true) === value) return false
      if (set === undefined) marks.set(device, new Set([name]))
      else if (value) set.add(name)
      else set.delete(name)
      return true
    },
  }
}

function inputsOf(event: OutageEvent): DiagnosisInput[] {
  if ('unmanageable' in event) return [{ device: event.device, unmanageable: event.unmanageable }]
  // A device that was unmanageable before a restart is not so any more once it answers; a repetition changes nothing.
  const answersAgain = event.state === 'up' ? [{ device: event.device, unmanageable: false }] : []
  return [{ device: event.device, state: event.state }, ...answersAgain]
}

function outageSettings(site: Site): { intervalMs: number; confirmMs: number } {
  const { checkIntervalMs } = site.settings
  return { intervalMs: checkIntervalMs, confirmMs: Math.min(1000, checkIntervalMs) }
}
