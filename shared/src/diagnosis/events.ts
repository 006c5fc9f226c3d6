import { z } from 'zod'
import { EpochMs, FaultKind, FaultLevel, Text } from '../model/index.ts'

/** Id of a device, as its site's model writes it. */
export const DeviceId = z.string().min(1).max(120)

/**
 * A fault opened, changed or closed at `at` (fault-levels.md, section 4). `fault` is made from the cause and the time it
 * opened, so it is the same on every machine; it is unique within its site. `affected` is sorted. `functions` holds the
 * capability as shown, from 0 to 1, of every function that the cause touches. `incident` is null but at L1.
 */
export const FaultEvent = z.object({
  at: EpochMs,
  fault: z.string().min(1).max(200),
  event: z.enum(['opened', 'changed', 'closed']),
  cause: DeviceId,
  kind: FaultKind,
  level: FaultLevel,
  affected: z.array(DeviceId).max(50_000),
  functions: z.record(z.string(), z.number()),
  incident: z.string().max(200).nullable(),
  reason: Text,
})
export type FaultEvent = z.infer<typeof FaultEvent>

/** A fault that is open now: what was last put out about it, and since when. `maintenance`: alert nobody. */
export type OpenFault = Omit<FaultEvent, 'event'> & { openedAt: number; maintenance: boolean }

const device = DeviceId
const name = z.string().min(1).max(120)

/** What is observed of a device beside its state. */
export const MarkInput = z.union([
  z.object({ device, imminent: name, value: z.boolean(), reason: Text.optional() }),
  z.object({ device, degraded: name, value: z.boolean(), direct: z.boolean().optional(), reason: Text.optional() }),
  z.object({ device, unmanageable: z.boolean() }),
  z.object({ device, unfed: z.boolean() }),
])
export type MarkInput = z.infer<typeof MarkInput>
