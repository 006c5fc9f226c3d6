import { z } from 'zod'

const milliseconds = z.int().min(0).max(86_400_000)

/** The figures of fault-levels.md; times in milliseconds, `share` from 0 to 1. */
export const DiagnosisSettings = z.object({
  /** how long a device may take to come back after all that it needs did */
  returnMs: milliseconds.default(120_000),
  /** a cause whose requirements break this soon after it went down was no cause */
  breakMs: milliseconds.default(60_000),
  flapping: z
    .object({ changes: z.int().min(2).max(100).default(5), windowMs: milliseconds.default(600_000) })
    .prefault({}),
  commonCause: z
    .object({
      least: z.int().min(2).max(1000).default(3),
      share: z.number().gt(0).max(1).default(0.8),
      windowMs: milliseconds.default(60_000),
    })
    .prefault({}),
})
export type DiagnosisSettings = z.infer<typeof DiagnosisSettings>
