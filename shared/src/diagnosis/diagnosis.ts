import type { z } from 'zod'
import { ableUnder } from './able.ts'
import { outOf } from './causes.ts'
import type { FaultEvent, OpenFault } from './events.ts'
import type { DiagnosisInput } from './inputs.ts'
import { lookAt, type State, stateOf } from './instant.ts'
import type { Known } from './known.ts'
import { shownCapabilities } from './scales.ts'
import { DiagnosisSettings } from './settings.ts'
import type { SiteModel } from './site-model.ts'
import { type DiagnosisSnapshot, restored, snapshotOf } from './snapshot.ts'

/** The diagnosis of one site. It holds its state; time comes in as milliseconds since 1970 and never goes back. */
export type Diagnosis = {
  /**
   * Takes all inputs of one instant together and puts out, in time order, what changed up to and with `at`. Inputs of
   * devices that the model does not have are left out. A time before the last one counts as the last one.
   */
  step(at: number, inputs: readonly DiagnosisInput[]): FaultEvent[]
  /** When something falls due by time alone: call `step(thatTime, [])` then. Null: never. */
  nextDueAt(): number | null
  openFaults(): OpenFault[]
  /** Capability as shown of every function, from 0 to 1, by `system/function`. */
  capabilities(): Record<string, number>
  /** Goes on with another model; what is known of devices in both is kept, faults of those gone are closed. */
  replaceModel(at: number, model: SiteModel): FaultEvent[]
  /** Everything that a restart must not lose, as plain JSON. */
  snapshot(): DiagnosisSnapshot
}

/** A fresh diagnosis: nothing was seen yet. Settings that are left out have the figures of fault-levels.md. */
export function createDiagnosis(model: SiteModel, settings: z.input<typeof DiagnosisSettings> = {}): Diagnosis {
  return diagnosisOf(stateOf(model, DiagnosisSettings.parse(settings), { at: null, known: new Map(), open: [] }))
}

/** Goes on where `snapshot()` was taken. The model may have changed: faults of devices now gone close at the next step. */
export function restoreDiagnosis(
  model: SiteModel,
  snapshot: DiagnosisSnapshot,
  settings: z.input<typeof DiagnosisSettings> = {},
): Diagnosis {
  return diagnosisOf(stateOf(model, DiagnosisSettings.parse(settings), restored(snapshot)))
}

function diagnosisOf(first: State): Diagnosis {
  let state = first

  function step(at: number, inputs: readonly DiagnosisInput[]): FaultEvent[] {
    const until = Math.max(at, state.at ?? at)
    const events: FaultEvent[] = []
    for (let due = state.dueAt; due !== null && due < until; due = state.dueAt) events.push(...lookAt(state, due, []))
    if (inputs.length > 0 || state.dueAt === until) events.push(...lookAt(state, until, inputs))
    return events
  }

  function byId(): [string, Known][] {
    return state.known.map((it, device) => [state.topology.ids[device] ?? '', it])
  }

  return {
    step,
    nextDueAt: () => state.dueAt,
    openFaults() {
      const { known, topology } = state
      const isMaintained = (cause: string) => known[topology.numberOf.get(cause) ?? -1]?.maintained === true
      return [...state.open.values()].map((it) => ({ ...it, maintenance: isMaintained(it.cause) }))
    },
    capabilities: () => capabilitiesOf(state),
    replaceModel(at, model) {
      const before = step(at, [])
      const now = Math.max(at, state.at ?? at)
      state = stateOf(model, state.settings, { at: now, known: new Map(byId()), open: state.open.values() })
      return [...before, ...lookAt(state, now, [])]
    },
    snapshot: () => snapshotOf(state.at, state.topology.ids, state.known, state.open.values()),
  }
}

function capabilitiesOf({ topology, known, design }: State): Record<string, number> {
  const { able } = ableUnder(topology, outOf(known))
  const shown = shownCapabilities(design.scales, able)
  return Object.fromEntries(topology.functions.map(({ ref }, fn) => [ref, shown[fn] ?? 1]))
}
