import { z } from 'zod'

/** Names a value of a device: `if.3.in`, `temperature.supply`. */
export const PointId = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[^\p{Cc}\s]+$/u)

/** A value as it was read: a number in the point's unit, a state as a word, or null for "not readable now". */
export const PointValue = z.union([z.number(), z.string().max(200), z.boolean(), z.null()])
export type PointValue = z.infer<typeof PointValue>

/**
 * What a point is. `class` is the field's word (temperature, traffic, voltage, state …), `instance` which one of many
 * (port 3), `unit` SI or the field's plain unit (°C, V, A, W, Hz, %, bit/s, s), empty for words and counts.
 */
export const PointDescriptor = z.object({
  id: PointId,
  class: z.string().max(40),
  instance: z.string().max(120).default(''),
  name: z.string().max(200),
  unit: z.string().max(20).default(''),
  /** A state's words from worst to best are not known here; these are the words that it can take. */
  states: z.array(z.string().max(60)).max(100).optional(),
  limits: z.object({ low: z.number().optional(), high: z.number().optional() }).optional(),
})
export type PointDescriptor = z.infer<typeof PointDescriptor>
