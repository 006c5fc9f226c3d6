import { flappingEndsAt, onTime } from '../outages/index.ts'
import type { Able } from './able.ts'
import { causeDueAt, keep, type Suspected, weigh } from './causes.ts'
import { type Design, designOf } from './design.ts'
import type { FaultEvent } from './events.ts'
import { pictureOf } from './findings.ts'
import type { DiagnosisInput } from './inputs.ts'
import { isOut, type Known, newKnown, takeInput } from './known.ts'
import { type Entry, settle } from './ledger.ts'
import type { DiagnosisSettings } from './settings.ts'
import type { SiteModel } from './site-model.ts'
import { membersOf, newSuspicions, reviewSuspicions } from './suspicion.ts'
import { type Topology, topologyOf } from './topology.ts'
import { worldOf } from './world.ts'

/** What a diagnosis holds between two instants. */
export type State = {
  settings: DiagnosisSettings
  topology: Topology
  design: Design
  known: readonly Known[]
  /** open faults by cause */
  open: Map<string, Entry>
  /** the last instant that was looked at; null: none yet */
  at: number | null
  /** when something falls due by time alone; null: never */
  dueAt: number | null
  /** nothing but inputs and time may change anything: the model is the one that was looked at last */
  isSettled: boolean
}

/** The state from which the next instant goes on, for this model and what is known of devices by id. */
export function stateOf(
  model: SiteModel,
  settings: DiagnosisSettings,
  past: { at: number | null; known: ReadonlyMap<string, Known>; open: Iterable<Entry> },
): State {
  const topology = topologyOf(model)
  const known = topology.ids.map((id) => past.known.get(id) ?? newKnown())
  for (const [device, it] of known.entries()) {
    const loyal = new Set((topology.loyal[device] ?? []).map((other) => topology.ids[other]))
    if (it.suspects !== null) it.suspects = it.suspects.filter((id) => loyal.has(id))
  }
  const { now } = weigh(topology, known, past.at ?? 0, { members: new Set(), released: new Set() }, settings)
  // What is new here has no past: a ring that no root feeds is unmet from the beginning, not since it is looked at.
  for (const [device, it] of known.entries()) {
    if (!past.known.has(topology.ids[device] ?? '')) it.isMet = now.unmet[device] === 0
  }
  const open = new Map(Array.from(past.open, (it) => [it.cause, it]))
  const state = { settings, topology, design: designNow(topology, known), known, open, at: past.at }
  return { ...state, dueAt: dueAtOf(state, membersOf(topology, known)), isSettled: false }
}

/** Takes the inputs of one instant together, then what is due by time at it, and gives what is to be put out. */
export function lookAt(state: State, at: number, inputs: readonly DiagnosisInput[]): FaultEvent[] {
  const { topology, known, settings } = state
  const explained = new Set<string>()
  let isChanged = state.dueAt !== null && state.dueAt <= at
  for (const input of inputs) {
    const it = known[topology.numberOf.get(input.device) ?? -1]
    if (it === undefined || !takeInput(it, at, input, settings.flapping)) continue
    isChanged = true
    if ('unfed' in input && input.unfed) explained.add(input.device)
  }
  if (!isChanged && state.isSettled) return []
  state.isSettled = true
  for (const it of known) if (it.flap.flapping) it.flap = onTime(it.flap, at, settings.flapping)

  const { suspected, now } = weighAll(state, at)
  if (known.some((it, device) => it.maintained !== (state.design.maintained[device] === 1))) {
    state.design = designNow(topology, known)
  }
  state.at = at
  state.dueAt = dueAtOf(state, suspected.members)
  return judgeAll(state, at, now, explained)
}

/** Finds out who is a cause now, and keeps it. A common cause that shows makes others mere members: then once more. */
function weighAll(state: State, at: number): { suspected: Suspected; now: Able } {
  const { topology, known, settings } = state
  const suspected = reviewSuspicions(topology, known, settings)
  const first = weigh(topology, known, at, suspected, settings)
  const found = newSuspicions(topology, known, at, first, settings)
  if (found.size === 0) {
    keep(known, at, first)
    return { suspected, now: first.now }
  }
  for (const [device, suspects] of found) {
    const it = known[device]
    if (it !== undefined) it.suspects = suspects
  }
  const members = membersOf(topology, known)
  const widened = { members, released: new Set([...suspected.released].filter((it) => !members.has(it))) }
  const second = weigh(topology, known, at, widened, settings)
  keep(known, at, second)
  return { suspected: widened, now: second.now }
}

function judgeAll(
  { design, known, settings, open }: State,
  at: number,
  now: Able,
  explained: ReadonlySet<string>,
): FaultEvent[] {
  const causes: number[] = []
  const marked: number[] = []
  for (let device = 0; device < known.length; device += 1) {
    if (known[device]?.isCause === true) causes.push(device)
    if ((known[device]?.imminent.size ?? 0) > 0) marked.push(device)
  }
  design.keepOnly(new Set([...causes, ...marked]))
  const picture = pictureOf(design, known, worldOf(design, causes, now))
  return settle(open, { at, picture, known, settings, explained })
}

function designNow(topology: Topology, known: readonly Known[]): Design {
  return designOf(
    topology,
    Uint8Array.from(known, (it) => (it.maintained ? 1 : 0)),
  )
}

function dueAtOf(
  { known, settings, topology, open, at }: Omit<State, 'dueAt' | 'isSettled'>,
  members: ReadonlySet<number>,
): number | null {
  // A fault whose cause is no longer in the model is to be closed at once.
  if (at !== null && [...open.keys()].some((cause) => !topology.numberOf.has(cause))) return at
  let least = Number.POSITIVE_INFINITY
  for (let device = 0; device < known.length; device += 1) {
    const it = known[device]
    if (it === undefined || !isOut(it)) continue
    const cause = causeDueAt(it, members.has(device), settings)
    const steadyAgain = flappingEndsAt(it.flap, settings.flapping)
    least = Math.min(least, cause ?? least, steadyAgain ?? least)
  }
  return Number.isFinite(least) ? least : null
}
