import { z } from 'zod'
import { FoundDevice } from '../discovery/index.ts'
import { EpochMs, PointValue, Slug } from '../model/index.ts'

/** PUT config: what the agent made of it. `revision` is in force; each problem disables one item. */
export const ConfigReceipt = z.object({
  revision: z.string(),
  problems: z.array(z.object({ item: z.string(), code: z.string(), message: z.string() })).max(1000),
})
export type ConfigReceipt = z.infer<typeof ConfigReceipt>

/** GET status. Bytes and milliseconds. */
export const AgentStatus = z.object({
  version: z.string(),
  startedAt: EpochMs,
  now: EpochMs,
  rssBytes: z.int(),
  configRevision: z.string().nullable(),
  devices: z.object({ up: z.int(), down: z.int(), unknown: z.int() }),
  outbox: z.object({ records: z.int(), bytes: z.int(), maxBytes: z.int(), oldestAt: EpochMs.nullable() }),
  allow: z.array(z.string()),
})
export type AgentStatus = z.infer<typeof AgentStatus>

/** POST check `{ device }`: check and read it now, beside the schedule. */
export const CheckRequest = z.object({ device: Slug })
export const CheckResult = z.object({
  device: Slug,
  ok: z.boolean(),
  message: z.string(),
  tookMs: z.number(),
  values: z.record(z.string(), PointValue),
})
export type CheckResult = z.infer<typeof CheckResult>

/** GET grants: what the agent would let through now, for show; only the agent's own copy counts. */
export const GrantSummary = z.object({
  id: z.string(),
  device: Slug,
  port: z.int(),
  from: EpochMs,
  until: EpochMs,
  streams: z.int(),
})
export type GrantSummary = z.infer<typeof GrantSummary>
export const GrantList = z.object({ items: z.array(GrantSummary) })

/**
 * POST discover (`DiscoveryRequest`) answers with one of these a line until the search ends; the same address comes again when
 * more is known of it. Closing the stream ends the search.
 */
export const DiscoveryLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), asked: z.int().min(0), toAsk: z.int().min(0) }),
  z.object({ type: z.literal('found'), device: FoundDevice }),
  z.object({ type: z.literal('end') }),
])
export type DiscoveryLine = z.infer<typeof DiscoveryLine>
