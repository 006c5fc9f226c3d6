import { z } from 'zod'
import { FoundDevice } from '../discovery/index.ts'
import { DeviceKind, DeviceProposal, FunctionRef, Instant, IpAddress, Slug, Title } from '../model/index.ts'
import { pageOf } from './page.ts'

export const DiscoveryState = z.enum(['running', 'done', 'cancelled', 'failed'])
export type DiscoveryState = z.infer<typeof DiscoveryState>

/** Why a search failed: the agent went away, the hub was restarted, or the agent said something that is no finding. */
export const DiscoveryFailure = z.enum(['agent-away', 'hub-restarted', 'broken'])
export type DiscoveryFailure = z.infer<typeof DiscoveryFailure>

/** The last search at a site. `asked` of `toAsk` questions have been settled; `why`: of one that failed. */
export const Discovery = z.object({
  network: z.string(),
  state: DiscoveryState,
  startedAt: Instant,
  startedBy: z.string(),
  endedAt: Instant.nullable(),
  asked: z.int(),
  toAsk: z.int(),
  found: z.int(),
  why: DiscoveryFailure.nullable(),
})
export type Discovery = z.infer<typeof Discovery>

/** `networks`: where the site's agent may dial; none while no agent has told. */
export const SiteDiscovery = z.object({ networks: z.array(z.string()), search: Discovery.nullable() })
export type SiteDiscovery = z.infer<typeof SiteDiscovery>

/** A found device with what it would be at the site; `known`: the device of the site that has its address already. */
export const DiscoveredDevice = FoundDevice.omit({ topology: true }).extend({
  proposal: DeviceProposal,
  known: Slug.nullable(),
})
export type DiscoveredDevice = z.infer<typeof DiscoveredDevice>
export const DiscoveredList = pageOf(DiscoveredDevice)

/** Found devices as a person wants them; connections are taken as they were found. */
export const DiscoveryAccept = z.object({
  devices: z
    .array(
      z.object({
        address: IpAddress,
        id: Slug,
        name: Title.optional(),
        kind: DeviceKind,
        function: FunctionRef.nullable(),
        needs: z.array(z.array(Slug).min(1).max(50)).max(50).default([]),
      }),
    )
    .min(1)
    .max(2000),
  /** for what speaks SNMPv3, where the site's other devices do not tell which user */
  snmpUser: z.string().trim().min(1).max(64).optional(),
})
export type DiscoveryAccept = z.infer<typeof DiscoveryAccept>

/** `known`: addresses that the site had already; they stay as they are. */
export const DiscoveryAccepted = z.object({ created: z.array(Slug), known: z.array(z.string()) })
