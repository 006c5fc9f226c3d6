import { StewardError } from '../errors/index.ts'
import type { FaultEvent, OpenFault } from './events.ts'
import type { DiagnosisInput } from './inputs.ts'
import { DiagnosisSettings } from './settings.ts'
import type { SiteModel } from './site-model.ts'
import type { DiagnosisSnapshot } from './snapshot.ts'

/** The diagnosis of one site. It holds its state; time comes in as milliseconds and never goes back. */
export type Diagnosis = {
  /** Takes all inputs of one instant together and puts out, in time order, what changed up to and with `at`. */
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

/** A fresh diagnosis: nothing was seen yet. */
export function createDiagnosis(_model: SiteModel, settings?: Partial<DiagnosisSettings>): Diagnosis {
  DiagnosisSettings.parse(settings ?? {})
  throw new StewardError('system/internal', 'The diagnosis is not built yet.')
}

/** Goes on where `snapshot()` was taken, also with a changed model: follow with `replaceModel` semantics at the next step. */
export function restoreDiagnosis(
  model: SiteModel,
  _snapshot: DiagnosisSnapshot,
  settings?: Partial<DiagnosisSettings>,
): Diagnosis {
  return createDiagnosis(model, settings)
}
