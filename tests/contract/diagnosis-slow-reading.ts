/**
 * A second, slow reading of fault-levels.md, written from its text alone: everything is worked out anew at every instant.
 * The engine in shared is compared with it.
 */
import type { DiagnosisInput, SiteModel } from '@steward/shared/diagnosis'
import {
  ableIf,
  affectedBy,
  allMet,
  functionsOf,
  isL1,
  levelOf,
  needsOf,
  paralysedIn,
  type SlowSite,
  type SlowWorld,
  serversOf,
  shown,
  touches,
} from './diagnosis-slow-definitions.ts'

type Device = {
  state: 'unknown' | 'up' | 'down'
  wentDown: number
  changes: number[]
  lastSeenDown: boolean
  flapping: boolean
  unmanageable: boolean
  maintenance: boolean
  imminent: Set<string>
  degraded: Map<string, boolean>
  /** those that went down together, while this one is suspected */
  together: string[] | null
  outAt: number | null
  cause: boolean
  met: boolean
  m: number
}
export type SlowFault = {
  fault: string
  kind: string
  level: string
  affected: string[]
  functions: Record<string, number>
  incident: string | null
}
type Day = { site: SlowSite; of(id: string): Device; opened: Map<string, number> }
type Faults = Map<string, SlowFault>

/** Follows a day: give the instants in order, and get the open faults after each, by cause. */
export function slowReading(model: SiteModel) {
  const devices = new Map<string, Device>()
  const of = (id: string): Device => {
    const device = devices.get(id)
    if (device === undefined) throw new Error(`no device ${id}`)
    return device
  }
  const site: SlowSite = { model, ids: model.devices.map((it) => it.id).sort(), maintained: (id) => of(id).maintenance }
  const able = ableIf(site, new Set())
  for (const id of site.ids) devices.set(id, newDevice(allMet(site, id, able)))
  const day: Day = { site, of, opened: new Map() }
  return {
    instant(at: number, inputs: readonly DiagnosisInput[]): Faults {
      for (const input of inputs) take(of(input.device), at, input)
      for (const it of devices.values()) {
        if (it.flapping && at - (it.changes.at(-1) ?? at) >= 600_000) it.flapping = false
      }
      return faultsAt(day, at, remember(day, at, endOfSuspicions(day)))
    },
  }
}

function newDevice(met: boolean): Device {
  return {
    state: 'unknown',
    wentDown: 0,
    changes: [],
    lastSeenDown: false,
    flapping: false,
    unmanageable: false,
    maintenance: false,
    imminent: new Set(),
    degraded: new Map(),
    together: null,
    outAt: null,
    cause: false,
    met,
    m: Number.NEGATIVE_INFINITY,
  }
}

function take(it: Device, at: number, input: DiagnosisInput): void {
  // What explains an outage changes only its words.
  if ('unfed' in input) return
  if ('state' in input) takeState(it, at, input.state)
  else if ('maintenance' in input) it.maintenance = input.maintenance
  else if ('unmanageable' in input) it.unmanageable = input.unmanageable
  else if ('imminent' in input) {
    if (input.value) it.imminent.add(input.imminent)
    else it.imminent.delete(input.imminent)
  } else if (input.value) it.degraded.set(input.degraded, input.direct ?? false)
  else it.degraded.delete(input.degraded)
}

function takeState(it: Device, at: number, state: Device['state']): void {
  if (state !== 'unknown' && (state === 'down') !== it.lastSeenDown) {
    it.lastSeenDown = !it.lastSeenDown
    it.changes.push(at)
    const fifth = it.changes.at(-5)
    if (fifth !== undefined && at - fifth <= 600_000) it.flapping = true
  }
  if (state === 'down' && it.state !== 'down') it.wentDown = at
  it.state = state
}

const isDown = (it: Device) => it.state === 'down' && !it.unmanageable && !it.flapping
const isOut = (it: Device) => isDown(it) || it.flapping || it.together !== null

function ableNow({ site, of }: Day): Set<string> {
  return ableIf(site, new Set(site.ids.filter((id) => isOut(of(id)))))
}

/** Ends suspicions, and gives those that are causes because of that. */
function endOfSuspicions({ site, of }: Day): Set<string> {
  const released = new Set<string>()
  for (const it of site.ids.map(of)) {
    const stillDown = (it.together ?? []).filter((id) => isDown(of(id)))
    if (it.together === null || (stillDown.length >= 3 && !isDown(it))) continue
    it.together = null
    if (!isDown(it)) for (const id of stillDown) released.add(id)
  }
  return released
}

/** Finds new common causes and the causes, keeps what the rules need to know later, and gives what is able. */
function remember(day: Day, at: number, released: Set<string>): Set<string> {
  const { site, of } = day
  const before = ableNow(day)
  for (const [x, together] of commonCauses(day, at, before, causesAt(day, at, before, released)))
    of(x).together = together
  const able = ableNow(day)
  const causes = causesAt(day, at, able, released)
  for (const id of site.ids) {
    const it = of(id)
    const met = allMet(site, id, able)
    if (met && !it.met) it.m = at
    it.met = met
    it.cause = causes.has(id)
    it.outAt = isOut(it) ? (it.outAt ?? at) : null
  }
  return able
}

function causesAt({ site, of }: Day, at: number, able: Set<string>, released: Set<string>): Set<string> {
  const members = new Set(site.ids.flatMap((id) => of(id).together ?? []))
  const isCause = (id: string) => {
    const it = of(id)
    if (members.has(id) || !isOut(it)) return false
    if (released.has(id)) return true
    const met = allMet(site, id, able)
    const breaks = it.met && !met
    if (it.cause && !(breaks && at - (it.outAt ?? at) <= 60_000)) return true
    return met && at >= (it.met ? it.m : at) + 120_000
  }
  return new Set(site.ids.filter(isCause))
}

function commonCauses({ site, of }: Day, at: number, able: Set<string>, causes: Set<string>): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const x of site.ids) {
    const it = of(x)
    const couldBeCause = allMet(site, x, able) && at >= (it.met ? it.m : at) + 120_000
    if (isDown(it) || it.together !== null || !couldBeCause) continue
    const needs = (id: string) => needsOf(site, id).some((requirement) => requirement.every((member) => member === x))
    const needers = site.ids.filter((id) => !of(id).maintenance && needs(id))
    const gone = needers.filter((id) => isDown(of(id)) && causes.has(id))
    const within = (first: string) => (id: string) =>
      of(id).wentDown >= of(first).wentDown && of(id).wentDown - of(first).wentDown <= 60_000
    const groups = gone.map((first) => gone.filter(within(first)))
    groups.sort((a, b) => b.length - a.length || of(b[0] ?? '').wentDown - of(a[0] ?? '').wentDown)
    const [most] = groups
    if (most !== undefined && most.length >= 3 && most.length >= 0.8 * needers.length - 1e-9) found.set(x, most)
  }
  return found
}

function faultsAt(day: Day, at: number, able: Set<string>): Faults {
  const { site, of, opened } = day
  const F = new Set(site.ids.filter((id) => of(id).cause))
  const marked = site.ids.filter((id) => of(id).imminent.size > 0 && !isDown(of(id)))
  const actual: SlowWorld = { site, F, able }
  const failing = new Set(site.ids.filter((id) => isOut(of(id)) || marked.includes(id)))
  const thought: SlowWorld = { site, F: new Set([...F, ...marked]), able: ableIf(site, failing) }
  const faults: Faults = new Map()
  for (const id of site.ids) {
    const it = of(id)
    const found = kindOf(it, id, actual, thought)
    if (found === null) opened.delete(id)
    if (found === null || (it.maintenance && !opened.has(id))) continue
    const openedAt = opened.get(id) ?? at
    opened.set(id, openedAt)
    const fault = `${id}@${new Date(openedAt).toISOString().replace(/[-:]/g, '')}`
    const affected = it.cause ? affectedBy(actual, id) : []
    const serves = (ref: string) => serversOf(site, ref).some((server) => server.id === id)
    const refs = functionsOf(site)
      .map(({ ref }) => ref)
      .filter((ref) => (it.cause ? touches(actual, id, ref) : serves(ref)))
    const functions = Object.fromEntries(refs.map((ref) => [ref, Math.round(shown(actual, ref) * 1e6) / 1e6]))
    faults.set(id, { fault, ...found, affected, functions, incident: null })
  }
  nameIncidents(faults, actual, opened)
  return faults
}

function kindOf(it: Device, id: string, actual: SlowWorld, thought: SlowWorld): { kind: string; level: string } | null {
  if (it.cause) {
    const level = levelOf(actual, id)
    if (it.together !== null) return { kind: 'suspected', level }
    if (it.flapping) return { kind: 'intermittent', level: level === 'L1' || level === 'L2' ? 'L2' : 'L4' }
    return { kind: 'down', level }
  }
  if (isDown(it)) return null
  if (it.imminent.size > 0) return { kind: 'imminent', level: isL1(thought, id) ? 'L2' : 'L4' }
  if (it.degraded.size > 0) return { kind: 'degraded', level: [...it.degraded.values()].includes(true) ? 'L3' : 'L4' }
  return it.unmanageable ? { kind: 'unmanageable', level: 'L4' } : null
}

function nameIncidents(faults: Faults, actual: SlowWorld, opened: ReadonlyMap<string, number>): void {
  const worst = [...faults].filter(([, it]) => it.level === 'L1').map(([id]) => id)
  const paralysed = paralysedIn(actual)
  const linked = (a: string, b: string) =>
    paralysed.some(({ ref }) => touches(actual, a, ref) && touches(actual, b, ref))
  const ageOf = (id: string) => opened.get(id) ?? 0
  for (const id of worst) {
    const component = new Set([id])
    for (const a of component) for (const b of worst) if (linked(a, b)) component.add(b)
    const [oldest] = [...component].sort((a, b) => ageOf(a) - ageOf(b) || (a < b ? -1 : 1))
    const mine = faults.get(id)
    if (mine !== undefined) mine.incident = faults.get(oldest ?? id)?.fault ?? null
  }
}
