import { z } from 'zod'
import { FaultLevel, Instant, PollingSettings, Slug, SystemModel, TimeZone, Title } from '../model/index.ts'
import { pageOf } from './page.ts'

export const AgentHealth = z.enum(['none', 'waiting', 'connected', 'silent', 'revoked'])
export type AgentHealth = z.infer<typeof AgentHealth>

/** A site with what a person must know of it in ten seconds; sorted worst first by the hub. */
export const SiteSummary = z.object({
  id: Slug,
  name: Title,
  customer: z.object({ id: Slug, name: Title }),
  timezone: TimeZone,
  worstLevel: FaultLevel.nullable(),
  faults: z.object({ L1: z.int(), L2: z.int(), L3: z.int(), L4: z.int() }),
  devices: z.object({ total: z.int(), up: z.int(), down: z.int(), unknown: z.int() }),
  agent: z.object({ state: AgentHealth, lastSeenAt: Instant.nullable() }),
})
export type SiteSummary = z.infer<typeof SiteSummary>
export const SiteList = pageOf(SiteSummary)

export const Capability = z.object({
  function: z.string(),
  name: z.string(),
  system: Slug,
  essential: z.boolean(),
  paralysedBelow: z.number().nullable(),
  /** 0 to 1 (fault-levels, section 2: capability, as shown) */
  value: z.number(),
})
export type Capability = z.infer<typeof Capability>

export const SiteDetail = SiteSummary.extend({
  address: z.string(),
  settings: PollingSettings,
  systems: z.array(SystemModel),
  capabilities: z.array(Capability),
})
export type SiteDetail = z.infer<typeof SiteDetail>
