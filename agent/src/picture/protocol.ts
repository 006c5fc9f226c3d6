/** What is said between the agent and the process that looks at pictures. */
import { z } from 'zod'
import { pictureStates } from './compare.ts'

export const Question = z.object({
  id: z.int(),
  camera: z.string(),
  /** it is made to look elsewhere (PTZ) */
  turns: z.boolean(),
  atMs: z.number(),
  file: z.instanceof(Uint8Array),
})
export type Question = z.infer<typeof Question>

export const Answer = z.union([
  z.object({ id: z.int(), state: z.enum(pictureStates), isSettled: z.boolean() }),
  /** it is no picture, or one that cannot be read */
  z.object({ id: z.int(), unreadable: z.string() }),
])
export type Answer = z.infer<typeof Answer>
