import type { Capability } from '@steward/shared/api'

export type CapabilityState = 'whole' | 'reduced' | 'paralysed'

/** As the engine compares: below means by more than this. */
const tolerance = 1e-9

/** Whether a function does all of its work, some of it, or counts as paralysed. */
export function stateOfCapability({
  value,
  paralysedBelow,
}: Pick<Capability, 'value' | 'paralysedBelow'>): CapabilityState {
  if (paralysedBelow !== null && value < paralysedBelow - tolerance) return 'paralysed'
  return value < 1 - tolerance ? 'reduced' : 'whole'
}
