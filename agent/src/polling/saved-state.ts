/** What a restart must not lose: the diagnosis, and what the hub was last told, so that it is told neither twice nor never. */
import { DiagnosisSnapshot } from '@steward/shared/diagnosis'
import { DeviceState, EpochMs } from '@steward/shared/model'
import { z } from 'zod'

/** Of one device: its last state, fingerprints of its points and identity, and what was said of its secret. */
const ToldDevice = z.object({
  state: DeviceState.default('unknown'),
  points: z.string().default(''),
  identity: z.string().default(''),
  secret: z.object({ set: z.boolean(), works: z.boolean().nullable() }).nullable().default(null),
})
export type ToldDevice = z.infer<typeof ToldDevice>

const SavedState = z.object({
  version: z.literal(1),
  at: EpochMs,
  diagnosis: DiagnosisSnapshot.nullable(),
  told: z.record(z.string(), ToldDevice).default({}),
  /** problems that were told and are not over: key → code */
  problems: z.record(z.string(), z.string()),
})
/** The snapshot is kept as the diagnosis wrote it. */
export type SavedState = Omit<z.output<typeof SavedState>, 'diagnosis'> & { diagnosis: DiagnosisSnapshot | null }

export function freshTold(): ToldDevice {
  return ToldDevice.parse({})
}

export const emptyState: SavedState = { version: 1, at: 0, diagnosis: null, told: {}, problems: {} }

/** The text of what concerns the whole site; what was told of a device is one of its own, written only when it has changed. */
export const stateName = 'state'
const toldPrefix = 'state/told/'
export function toldName(device: string): string {
  return toldPrefix + device
}

/** Null: it cannot be used, and polling begins as at the first start. */
export function parseState(texts: Readonly<Record<string, string>>): SavedState | null {
  try {
    const { [stateName]: text = '', ...others } = texts
    const state = SavedState.parse(JSON.parse(text))
    for (const [name, told] of Object.entries(others))
      if (name.startsWith(toldPrefix)) state.told[name.slice(toldPrefix.length)] = ToldDevice.parse(JSON.parse(told))
    return state
  } catch {
    return null
  }
}
