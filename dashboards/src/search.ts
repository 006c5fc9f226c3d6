/** The address is the state: what stands behind the `?` of each page. What is not understood is left out. */
import { FaultLevel } from '@steward/shared/model'
import { z } from 'zod'

const month = z
  .string()
  .regex(/^20\d\d-(?:0[1-9]|1[0-2])$/)
  .optional()
  .catch(undefined)
const word = z.string().min(1).max(200).optional().catch(undefined)

/** Only a place within the app: what comes from outside must not lead outside. */
export const isInside = (path: string): boolean => /^\/(?![/\\])/.test(path)

export const SignInSearch = z.object({
  next: z.string().max(2000).refine(isInside).optional().catch(undefined),
})

export const SitesSearch = z.object({ q: word })

export const siteTabs = ['overview', 'devices', 'faults', 'agent', 'maintenance'] as const
export type SiteTab = (typeof siteTabs)[number]
/** How far back the capability of functions is drawn. */
export const capabilitySpans = ['24h', '7d', '30d'] as const
export type CapabilitySpan = (typeof capabilitySpans)[number]
export const SiteSearch = z.object({
  over: z.enum(capabilitySpans).optional().catch(undefined),
  tab: z.enum(siteTabs).optional().catch(undefined),
  q: word,
  state: z.enum(['attention', 'down', 'unknown', 'up', 'maintenance']).optional().catch(undefined),
  kind: word,
  system: word,
  month,
})

/** The device in the middle, with its chain. */
export const TopologySearch = z.object({ device: word })

/** A range is a length that ends now (`6h`), or two instants. */
export const ranges = ['1h', '6h', '24h', '7d', '30d'] as const
export type RangeName = (typeof ranges)[number]
export const DeviceSearch = z.object({
  range: z.enum(ranges).optional().catch(undefined),
  from: z.iso.datetime().optional().catch(undefined),
  to: z.iso.datetime().optional().catch(undefined),
  points: word,
  q: word,
  month,
})

export const FaultsSearch = z.object({
  state: z.enum(['open', 'closed', 'all']).optional().catch(undefined),
  site: word,
  level: FaultLevel.optional().catch(undefined),
})

/** Maintenance of all sites, or of one. */
export const MaintenanceSearch = z.object({ site: word })

export const AgentsSearch = z.object({ site: word, enrol: z.boolean().optional().catch(undefined) })

export const alertTabs = ['recipients', 'deliveries', 'mail'] as const
export const AlertsSearch = z.object({
  tab: z.enum(alertTabs).optional().catch(undefined),
  state: z.enum(['pending', 'sent', 'failed']).optional().catch(undefined),
  recipient: word,
})

export const peopleTabs = ['people', 'invitations', 'keys'] as const
export const PeopleSearch = z.object({ tab: z.enum(peopleTabs).optional().catch(undefined) })

export const AuditSearch = z.object({ who: word, action: word, site: word })

export const guideSteps = ['site', 'agent', 'devices', 'alerts'] as const
export type GuideStep = (typeof guideSteps)[number]
export const GuideSearch = z.object({ step: z.enum(guideSteps).optional().catch(undefined) })

/** A form can be opened for something: a device that others need, a copy. */
export const DeviceFormSearch = z.object({ copy: word })
