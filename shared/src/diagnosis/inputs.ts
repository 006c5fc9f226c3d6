import { z } from 'zod'
import { DeviceState } from '../model/index.ts'
import { DeviceId, MarkInput } from './events.ts'

const device = DeviceId

/**
 * What was observed of one device. `state` is already debounced (the outages room). `imminent` and `degraded` name a
 * mark that is set or taken away by `value`; `direct` says that the mark affects service directly. `unmanageable`: it
 * does not answer, yet something behind it was seen up. `unfed`: the port that fed it draws nothing (PoE). `reason` is a half sentence without full stop for people.
 */
export const DiagnosisInput = z.union([
  z.object({ device, state: DeviceState }),
  z.object({ device, maintenance: z.boolean() }),
  MarkInput,
])
export type DiagnosisInput = z.infer<typeof DiagnosisInput>
