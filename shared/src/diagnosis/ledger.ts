import type { FaultEvent, OpenFault } from './events.ts'
import type { Finding, Picture } from './findings.ts'
import { incidentsOf } from './incidents.ts'
import type { Known } from './known.ts'
import { closingReason } from './reasons/closing.ts'
import { reasonOf } from './reasons/reason.ts'
import type { Reasoning } from './reasons/reasoning.ts'
import { shownCapabilities } from './scales.ts'
import type { DiagnosisSettings } from './settings.ts'

/** A fault as it was last put out. */
export type Entry = Omit<OpenFault, 'maintenance'>

/** One instant for the ledger: what holds, of whom, and under which figures. */
export type Instant = {
  at: number
  picture: Picture
  known: readonly Known[]
  settings: DiagnosisSettings
  /** devices of whose outage something was found out just now */
  explained: ReadonlySet<string>
}

/** A fault's id, made from its cause and the time it opened: `core-1@20260101T000005.000Z`. */
export function faultId(cause: string, openedAt: number): string {
  return `${cause}@${new Date(openedAt).toISOString().replace(/[-:]/g, '')}`
}

/**
 * Compares what holds with what was last put out, changes `open` (by cause) accordingly and gives the events: first what
 * closed, then what changed, then what opened, each by cause.
 */
export function settle(open: Map<string, Entry>, instant: Instant): FaultEvent[] {
  const { picture, known } = instant
  const { topology, scales } = picture.world.design
  const shown = shownCapabilities(scales, picture.world.now.able)
  const reasoning: Reasoning = { picture, known, shown, settings: instant.settings }
  const closed = [...open.values()].filter((it) => !picture.findings.has(topology.numberOf.get(it.cause) ?? -1))
  for (const it of closed) open.delete(it.cause)

  const findings = [...picture.findings.values()]
    .filter((it) => known[it.device]?.maintained === false || open.has(topology.ids[it.device] ?? ''))
    .sort((a, b) => a.device - b.device)
  const drafts = findings.map((finding) => ({ finding, entry: draft(open, instant, finding, shown) }))
  const incidents = incidentsOf(
    drafts
      .filter(({ entry }) => entry.level === 'L1')
      .map(({ entry, finding }) => ({
        fault: entry.fault,
        openedAt: entry.openedAt,
        functions: finding.touched.filter((fn) => picture.judge.isParalysed(fn)),
      })),
  )
  const changed: FaultEvent[] = []
  const opened: FaultEvent[] = []
  for (const { finding, entry } of drafts) {
    const before = open.get(entry.cause)
    entry.incident = incidents.get(entry.fault) ?? null
    const isExplained = explains(instant, finding)
    if (before !== undefined && isSame(before, entry) && !isExplained) continue
    entry.reason = reasonOf(reasoning, finding)
    open.set(entry.cause, entry)
    if (before === undefined) opened.push(eventOf(entry, 'opened'))
    else changed.push(eventOf(entry, 'changed'))
  }
  return [...closed.map((it) => closingEvent(it, instant, shown)), ...changed, ...opened].sort(byEvent)
}

/** What was found out is told though nothing else has changed: it says where to go. */
function explains({ explained, picture, known }: Instant, { device, kind }: Finding): boolean {
  if (explained.size === 0 || (kind !== 'down' && kind !== 'suspected')) return false
  const id = picture.world.design.topology.ids[device] ?? ''
  const members = kind === 'suspected' ? (known[device]?.suspects ?? []) : [id]
  return members.some((it) => explained.has(it))
}

const rank = { closed: 0, changed: 1, opened: 2 }

function byEvent(a: FaultEvent, b: FaultEvent): number {
  if (a.event !== b.event) return rank[a.event] - rank[b.event]
  return a.cause < b.cause ? -1 : 1
}

function draft(
  open: ReadonlyMap<string, Entry>,
  { at, picture }: Instant,
  finding: Finding,
  shown: Float64Array,
): Entry {
  const { ids, functions } = picture.world.design.topology
  const cause = ids[finding.device] ?? ''
  const before = open.get(cause)
  return {
    at,
    fault: before?.fault ?? faultId(cause, at),
    openedAt: before?.openedAt ?? at,
    cause,
    kind: finding.kind,
    level: finding.level,
    affected: namesOf(finding.affected, ids),
    functions: Object.fromEntries(finding.touched.map((fn) => [functions[fn]?.ref ?? '', rounded(shown[fn] ?? 1)])),
    incident: null,
    reason: { zh: '', en: '' },
  }
}

function namesOf(devices: Int32Array, ids: readonly string[]): string[] {
  const names: string[] = []
  for (let i = 0; i < devices.length; i += 1) names.push(ids[devices[i] ?? 0] ?? '')
  return names
}

/** Six places; section 4. */
function rounded(capability: number): number {
  return Math.round(capability * 1e6) / 1e6
}

function isSame(a: Entry, b: Entry): boolean {
  if (a.kind !== b.kind || a.level !== b.level || a.incident !== b.incident) return false
  if (a.affected.length !== b.affected.length || a.affected.some((it, i) => it !== b.affected[i])) return false
  const [before, after] = [Object.entries(a.functions), Object.entries(b.functions)]
  return before.length === after.length && before.every(([ref, it]) => b.functions[ref] === it)
}

function eventOf(
  { at, fault, cause, kind, level, affected, functions, incident, reason }: Entry,
  event: FaultEvent['event'],
): FaultEvent {
  return { at, fault, event, cause, kind, level, affected, functions, incident, reason }
}

/** The last that was put out of it, with the capabilities of its functions as they are now. */
function closingEvent(entry: Entry, { at, picture, known }: Instant, shown: Float64Array): FaultEvent {
  const { functions, numberOf, names } = picture.world.design.topology
  const touched = functions.flatMap(({ ref, name }, fn) =>
    Object.hasOwn(entry.functions, ref) ? [{ ref, name, capability: rounded(shown[fn] ?? 1) }] : [],
  )
  const cause = numberOf.get(entry.cause) ?? -1
  const suspected = known.findIndex((it) => it.suspects?.includes(entry.cause) === true)
  const reason = closingReason({
    name: names[cause] ?? entry.cause,
    kind: entry.kind,
    known: known[cause] ?? null,
    commonCause: names[suspected] ?? null,
    functions: touched,
  })
  const now = Object.fromEntries(touched.map((it) => [it.ref, it.capability]))
  return eventOf({ ...entry, at, functions: now, reason }, 'closed')
}
