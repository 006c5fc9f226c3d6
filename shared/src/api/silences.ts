import { z } from 'zod'
import { FaultLevel, Instant, Repetition, Slug, TimeZone } from '../model/index.ts'
import { pageOf } from './page.ts'

/** Whose faults are silenced. A system's: those that concern this system and no other. */
export const SilenceScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('customer'), customer: Slug }),
  z.object({ kind: z.literal('site'), site: Slug }),
  z.object({ kind: z.literal('system'), site: Slug, system: Slug }),
  z.object({ kind: z.literal('device'), site: Slug, device: Slug }),
])
export type SilenceScope = z.infer<typeof SilenceScope>

const fields = z.object({
  scope: SilenceScope,
  levels: z.array(FaultLevel).max(4).default([]),
  from: Instant.optional(),
  to: Instant.optional(),
  repeats: Repetition.optional(),
  reason: z.string().trim().max(500).default(''),
})
const isTimed = (it: { from?: unknown; to?: unknown; repeats?: unknown }): boolean =>
  it.repeats === undefined ? it.to !== undefined : it.from === undefined && it.to === undefined

/**
 * Nobody is alerted of faults at these levels (none listed: any): once until `to` (`from` left out: from now on), or again
 * and again (`repeats`), in local times of the fault's site.
 */
export const SilenceInput = fields.refine(isTimed, 'give either to, or repeats')
export type SilenceInput = z.infer<typeof SilenceInput>

/**
 * `name`: what its scope is called. `by`: who made it. `timezone`: its site's, null where it is about several. `cuts`:
 * instants at which what held then was ended early.
 */
export const Silence = fields.extend({
  id: z.string().max(64),
  name: z.string(),
  by: z.string(),
  timezone: TimeZone.nullable(),
  cuts: z.array(Instant),
})
export type Silence = z.infer<typeof Silence>
export const SilenceList = pageOf(Silence)

export const SilenceQuery = z.object({ site: Slug.optional() })
