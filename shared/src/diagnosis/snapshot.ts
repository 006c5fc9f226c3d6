import { z } from 'zod'

/** State of a diagnosis as plain JSON. Its inside belongs to this room: keep it as it is and give it back. */
export const DiagnosisSnapshot = z.object({ version: z.literal(1), at: z.number().nullable() })
export type DiagnosisSnapshot = z.infer<typeof DiagnosisSnapshot>
