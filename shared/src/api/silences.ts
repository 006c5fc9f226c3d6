import { z } from 'zod'
import { FaultLevel, Instant, Slug } from '../model/index.ts'
import { pageOf } from './page.ts'

/** Whose faults are silenced. A system's: those that concern this system and no other. */
export const SilenceScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('customer'), customer: Slug }),
  z.object({ kind: z.literal('site'), site: Slug }),
  z.object({ kind: z.literal('system'), site: Slug, system: Slug }),
  z.object({ kind: z.literal('device'), site: Slug, device: Slug }),
])
export type SilenceScope = z.infer<typeof SilenceScope>

/** Nobody is alerted of faults at these levels (none listed: any) until `to`; `from` left out: from now on. */
export const SilenceInput = z.object({
  scope: SilenceScope,
  levels: z.array(FaultLevel).max(4).default([]),
  from: Instant.optional(),
  to: Instant,
  reason: z.string().trim().max(500).default(''),
})
export type SilenceInput = z.infer<typeof SilenceInput>

/** `name`: what its scope is called. `by`: who made it. */
export const Silence = SilenceInput.required({ from: true }).extend({
  id: z.string().max(64),
  name: z.string(),
  by: z.string(),
})
export type Silence = z.infer<typeof Silence>
export const SilenceList = pageOf(Silence)

export const SilenceQuery = z.object({ site: Slug.optional() })
