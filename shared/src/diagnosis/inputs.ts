import { z } from 'zod'
import { DeviceState, Text } from '../model/index.ts'
import { DeviceId } from './events.ts'

const device = DeviceId
const name = z.string().min(1).max(120)

/**
 * What was observed of one device. `state` is already debounced (the outages room). `imminent` and `degraded` name a
 * mark that is set or taken away by `value`; `direct` says that the mark affects service directly. `unmanageable`: it
 * does not answer, yet something behind it was seen up. `unfed`: the port that fed it draws nothing (PoE). `reason` is a half sentence without full stop for people.
 */
export const DiagnosisInput = z.union([
  z.object({ device, state: DeviceState }),
  z.object({ device, maintenance: z.boolean() }),
  z.object({ device, imminent: name, value: z.boolean(), reason: Text.optional() }),
  z.object({ device, degraded: name, value: z.boolean(), direct: z.boolean().optional(), reason: Text.optional() }),
  z.object({ device, unmanageable: z.boolean() }),
  z.object({ device, unfed: z.boolean() }),
])
export type DiagnosisInput = z.infer<typeof DiagnosisInput>
