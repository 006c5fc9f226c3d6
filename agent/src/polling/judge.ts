/** From checks to outages to faults: feeds shared's pure engines, keeps their time, and tells what they find. */
import {
  createDiagnosis,
  type Diagnosis,
  type DiagnosisInput,
  type DiagnosisSnapshot,
  type OpenFault,
  restoreDiagnosis,
} from '@steward/shared/diagnosis'
import type { Text } from '@steward/shared/model'
import { createSiteOutages, type OutageEvent, type SiteOutages } from '@steward/shared/outages'
import type { Journal } from './journal.ts'
import { underMaintenance } from './maintenance.ts'
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
  /** Sets or takes away a mark of the diagnosis. */
  mark(device: string, name: string, value: boolean, reason: Text): void
  /** What falls due by time alone; to be called often. */
  onTime(monotonicMs: number): void
  isDown(device: string): boolean
  openFaults(): OpenFault[]
  snapshot(): DiagnosisSnapshot
}

export function createJudge(options: {
  site: Site
  snapshot: DiagnosisSnapshot | null
  journal: Journal
  /** instants for faults, ms since 1970 */
  now: () => number
  firstCheckAtMs: (device: string) => number
}): Judge {
  const { journal, now } = options
  let { site } = options
  const diagnosis: Diagnosis =
    options.snapshot === null ? createDiagnosis(site.model) : restoreDiagnosis(site.model, options.snapshot)
  const outages: SiteOutages = createSiteOutages(site.watched, outageSettings(site), options.firstCheckAtMs)
  const failures = new Map<string, { code: string; message: string }>()
  let maintained = new Set<string>()
  const marks = marksIn(options.snapshot)

  const step = (at: number, inputs: readonly DiagnosisInput[]): void => journal.faults(diagnosis.step(at, inputs))

  const tell = (events: readonly OutageEvent[]): void => {
    if (events.length === 0) return
    const at = now()
    for (const event of events) {
      if ('state' in event) journal.state(event.device, at, event.state, reasonOf(event.device, event.state))
    }
    step(at, events.flatMap(inputsOf))
  }

  const reasonOf = (device: string, state: 'up' | 'down' | 'unknown'): Text => {
    if (state === 'up') return answered
    if (state === 'unknown') return behindAnswers
    const seen = failures.get(device)
    return seen === undefined ? behindAnswers : failureText(seen.code, seen.message)
  }

  const maintain = (at: number): void => {
    if (site.maintenance.length === 0 && maintained.size === 0) return
    const current = underMaintenance(site.maintenance, [...site.devices.keys()], at)
    const begun = [...current].filter((it) => !maintained.has(it))
    const over = [...maintained].filter((it) => !current.has(it) && site.devices.has(it))
    maintained = current
    if (begun.length + over.length === 0) return
    step(at, [
      ...begun.map((device) => ({ device, maintenance: true })),
      ...over.map((device) => ({ device, maintenance: false })),
    ])
  }

  const forgetUnchecked = (at: number): void => {
    const unchecked = site.watched.filter((it) => !it.checked && journal.toldOf(it.id).state !== 'unknown')
    for (const { id } of unchecked) journal.state(id, at, 'unknown', switchedOff)
    if (unchecked.length > 0)
      step(
        at,
        unchecked.map(({ id }) => ({ device: id, state: 'unknown' as const })),
      )
  }

  /** After a restart what was under maintenance then is looked at afresh. */
  const begin = (): void => {
    const before = options.snapshot?.devices.filter((it) => it.maintained === true).map((it) => it.id) ?? []
    maintained = new Set(before)
    const at = now()
    // The model may have changed while the agent was not running.
    if (options.snapshot !== null) journal.faults(diagnosis.replaceModel(at, site.model))
    maintain(at)
    forgetUnchecked(at)
    journal.touch()
  }
  begin()

  return {
    replaceSite(next) {
      site = next
      outages.replaceDevices(site.watched, outageSettings(site))
      const at = now()
      journal.faults(diagnosis.replaceModel(at, site.model))
      maintain(at)
      forgetUnchecked(at)
      journal.touch()
    },
    onCheck(device, check) {
      if (check.failure === null) failures.delete(device)
      else failures.set(device, check.failure)
      const ok = check.failure === null
      const report = outages.onCheck(device, { startedAt: check.startedAtMs, at: check.atMs, ok })
      tell(report.events)
      return { checkNow: report.checkNow, nextCheckAtMs: report.nextCheckAt }
    },
    mark(device, name, value, reason) {
      const set = marks.get(device) ?? new Set()
      marks.set(device, set)
      const known = set.has(name)
      if (known === value) return
      if (value) set.add(name)
      else set.delete(name)
      step(now(), [{ device, degraded: name, value, reason }])
      journal.touch()
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

function inputsOf(event: OutageEvent): DiagnosisInput[] {
  if ('unmanageable' in event) return [{ device: event.device, unmanageable: event.unmanageable }]
  // A device that was unmanageable before a restart is not so any more once it answers; a repetition changes nothing.
  const answersAgain = event.state === 'up' ? [{ device: event.device, unmanageable: false }] : []
  return [{ device: event.device, state: event.state }, ...answersAgain]
}

function marksIn(snapshot: DiagnosisSnapshot | null): Map<string, Set<string>> {
  const known = snapshot?.devices ?? []
  return new Map(known.map((it) => [it.id, new Set(it.degraded?.map((mark) => mark.name))]))
}

function outageSettings(site: Site): { intervalMs: number; confirmMs: number } {
  const { checkIntervalMs } = site.settings
  return { intervalMs: checkIntervalMs, confirmMs: Math.min(1000, checkIntervalMs) }
}
