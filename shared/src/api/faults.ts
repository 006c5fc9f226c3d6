import { z } from 'zod'
import { FaultKind, FaultLevel, Instant, Slug, Text } from '../model/index.ts'
import { pageOf } from './page.ts'

/**
 * A fault as people see it. `device` is its cause, null for a site's silence. `incident` groups L1 faults. `level` is what
 * counts everywhere: the one that a person set, else the one that was judged.
 */
export const Fault = z.object({
  id: z.string().max(200),
  site: Slug,
  siteName: z.string(),
  device: Slug.nullable(),
  deviceName: z.string().nullable(),
  level: FaultLevel,
  kind: FaultKind,
  reason: Text,
  openedAt: Instant,
  closedAt: Instant.nullable(),
  affected: z.array(Slug),
  functions: z.record(z.string(), z.number()),
  incident: z.string().nullable(),
  acknowledged: z.object({ at: Instant, by: z.string(), note: z.string() }).nullable(),
  maintenance: z.boolean(),
  /** nobody is alerted of it until then; null where they are, and for a closed fault */
  silenced: z.object({ until: Instant, by: z.string(), reason: z.string() }).nullable().default(null),
  /** who set the level, why, and what is judged beside it; null where nobody has */
  levelByHand: z
    .object({ judged: FaultLevel, at: Instant, by: z.string(), reason: z.string() })
    .nullable()
    .default(null),
})
export type Fault = z.infer<typeof Fault>
export const FaultList = pageOf(Fault)

export const FaultQuery = z.object({
  state: z.enum(['open', 'closed', 'all']).default('open'),
  site: Slug.optional(),
  device: Slug.optional(),
  level: FaultLevel.optional(),
})

/** One line of a fault's history, oldest first. */
export const FaultHistoryItem = z.object({
  at: Instant,
  event: z.enum(['opened', 'changed', 'closed', 'acknowledged', 'note', 'alerted', 'level-set', 'level-freed']),
  level: FaultLevel.nullable(),
  kind: FaultKind.nullable(),
  reason: Text.nullable(),
  by: z.string().nullable(),
  note: z.string().nullable(),
})
export type FaultHistoryItem = z.infer<typeof FaultHistoryItem>

export const FaultDetail = Fault.extend({
  history: z.array(FaultHistoryItem),
  /** each affected device with the way from the cause to it, cause first */
  chains: z.array(z.object({ device: Slug, path: z.array(Slug) })),
})
export type FaultDetail = z.infer<typeof FaultDetail>

export const AcknowledgeRequest = z.object({ note: z.string().trim().max(2000).default('') })

/** A level that holds instead of the judged one until the fault ends; null: as judged again. */
export const SetLevelRequest = z.object({ level: FaultLevel.nullable(), reason: z.string().trim().min(1).max(2000) })
