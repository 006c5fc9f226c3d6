import { z } from 'zod'

const milliseconds = z.int().min(0).max(86_400_000)

/** The figures of fault-levels.md, section 1; times in milliseconds. */
export const OutageSettings = z.object({
  /** from the start of one check to the start of the next */
  intervalMs: milliseconds.min(100).default(10_000),
  /** from the start of a failed check to the start of the one that confirms it */
  confirmMs: milliseconds.default(1000),
  failsToDown: z.int().min(1).max(20).default(3),
  goodsToUp: z.int().min(1).max(20).default(2),
  /** longest wait for what a device needs, once the device itself has failed often enough */
  holdMs: milliseconds.default(10_000),
  /** of the devices behind one in doubt, how many are asked at once whether they still answer */
  witnesses: z.int().min(0).max(100).default(3),
})
export type OutageSettings = z.infer<typeof OutageSettings>
/** As it is written: what is left out has its default. */
export type OutageSettingsInput = z.input<typeof OutageSettings>
