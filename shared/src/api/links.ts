import { z } from 'zod'
import { Instant, Slug, Text } from '../model/index.ts'
import { EvidenceKind, ProposedLink } from '../topology/index.ts'

/**
 * How a learned link stands to the inventory: `proposed` where nothing is stated there, `differs` where something else is,
 * `stated` where it is the same; `confirmed` and `overruled` by a person.
 */
export const LinkState = z.enum(['proposed', 'differs', 'stated', 'confirmed', 'overruled'])
export type LinkState = z.infer<typeof LinkState>

/** What was learned of a device's place, beside what the inventory says of the switches that it needs. */
export const SiteLink = ProposedLink.omit({ by: true }).extend({
  by: z.array(z.object({ kind: EvidenceKind, at: Instant, text: Text })),
  state: LinkState,
  /** in the inventory: requirements of switches, routers and the like */
  stated: z.array(z.array(Slug)),
  /** since when it is learned like this, and when it was seen last */
  firstSeen: Instant,
  lastSeen: Instant,
  decided: z.object({ by: z.string(), at: Instant }).nullable(),
})
export type SiteLink = z.infer<typeof SiteLink>

/** `new-neighbour`: something that carries traffic and is no device of the site. */
export const TopologyChangeKind = z.enum(['new-link', 'moved', 'link-gone', 'new-neighbour', 'neighbour-gone'])
export const TopologyChange = z.object({ at: Instant, device: Slug, kind: TopologyChangeKind, text: Text })
export type TopologyChange = z.infer<typeof TopologyChange>

/** Links by device name, and the last changes of what was learned, latest first; `total`: all links of the site. */
export const SiteLinks = z.object({
  items: z.array(SiteLink),
  total: z.int(),
  changes: z.array(TopologyChange),
})
export type SiteLinks = z.infer<typeof SiteLinks>

/** Of one device; or those that nobody has decided on (`proposed` and `differs`). */
export const LinksQuery = z.object({ device: Slug.optional(), undecided: z.literal('true').optional() })

/** `reset` takes a decision back, and with it what a confirmation wrote into the inventory. */
export const LinkDecision = z.object({
  decision: z.enum(['confirm', 'overrule', 'reset']),
  devices: z.array(Slug).min(1).max(5000),
})
export type LinkDecision = z.infer<typeof LinkDecision>
