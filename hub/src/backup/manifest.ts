import { z } from 'zod'

export const manifestFile = 'manifest.json'

/** What a backup holds, so that reading it back can tell that nothing is missing. `rows` by table of the database. */
export const Manifest = z.object({
  format: z.literal(1),
  version: z.string(),
  takenAt: z.iso.datetime(),
  rows: z.record(z.string(), z.int()),
  /** size in bytes by path within the backup, the manifest itself left out */
  files: z.record(z.string(), z.int()),
})
export type Manifest = z.infer<typeof Manifest>
