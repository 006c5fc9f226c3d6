import type { Picture } from '../findings.ts'
import type { Known } from '../known.ts'
import type { DiagnosisSettings } from '../settings.ts'

/** What reasons are made of: what holds, what is known of each device, capabilities as shown by function, the figures. */
export type Reasoning = {
  picture: Picture
  known: readonly Known[]
  shown: Float64Array
  settings: DiagnosisSettings
}
