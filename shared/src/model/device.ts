import { z } from 'zod'
import { Connection } from './connection.ts'
import { MaintenanceWindow } from './maintenance.ts'
import { Listeners } from './message.ts'
import { Cidr, IpAddress, Slug, TimeZone, Title } from './names.ts'
import { DeviceKind, SystemKind } from './words.ts'

/** `system/function`, as devices name what they serve: `cctv/view`. */
export const FunctionRef = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]*\/[a-z0-9][a-z0-9._-]*$/, 'write system/function, for example cctv/view')

/** What a system is for; `paralysedBelow` is the share of weight under which it is paralysed (fault-levels, section 2). */
export const SystemFunction = z
  .object({
    id: Slug,
    name: Title.optional(),
    essential: z.boolean().default(false),
    paralysedBelow: z.number().gt(0).max(1).optional(),
  })
  .refine((it) => !it.essential || it.paralysedBelow !== undefined, 'an essential function needs paralysedBelow')

export const SystemModel = z.object({
  id: Slug,
  name: Title.optional(),
  kind: SystemKind.default('other'),
  functions: z.array(SystemFunction).max(50).default([]),
})
export type SystemModel = z.infer<typeof SystemModel>

/** A device as it is configured. No address: it is never checked (kind `channel`). The first connection is the check. */
export const DeviceModel = z.object({
  id: Slug,
  name: Title.optional(),
  kind: DeviceKind.default('other'),
  address: IpAddress.optional(),
  connections: z.array(Connection).max(8).default([]),
  serves: z
    .array(z.object({ function: FunctionRef, weight: z.number().gt(0).max(1_000_000).default(1) }))
    .max(50)
    .default([]),
  /** Requirements, each a list of alternatives of which one is enough. */
  needs: z.array(z.array(Slug).min(1).max(50)).max(50).default([]),
  /** Name of the agent of its site that looks after it; left out: the site's first agent. */
  agent: Title.optional(),
  location: z.string().max(120).default(''),
  note: z.string().max(2000).default(''),
  enabled: z.boolean().default(true),
})
export type DeviceModel = z.infer<typeof DeviceModel>

/** How a site's agent works; intervals in milliseconds. */
export const PollingSettings = z.object({
  checkIntervalMs: z.int().min(1000).max(3_600_000).default(10_000),
  checkTimeoutMs: z.int().min(100).max(60_000).default(1000),
  pollIntervalMs: z.int().min(1000).max(86_400_000).default(60_000),
  /** A device's clock may be off by as much before that is a fault; left out: the driver's own limit, 5 s. */
  clockLimitMs: z.int().min(500).max(86_400_000).optional(),
  /** What its agent listens to; left out: to nothing. */
  listeners: Listeners.optional(),
})
export type PollingSettings = z.infer<typeof PollingSettings>

export const SiteIdentity = z.object({ id: Slug, name: Title, timezone: TimeZone.default('Asia/Shanghai') })

/** Who a device says that it is; absent fields were not told. */
export const Identity = z.object({
  vendor: z.string().max(200).optional(),
  model: z.string().max(200).optional(),
  serial: z.string().max(200).optional(),
  firmware: z.string().max(200).optional(),
  name: z.string().max(200).optional(),
  mac: z.string().max(40).optional(),
})
export type Identity = z.infer<typeof Identity>

/** What the hub gives its agent. Items are checked one by one at the agent, so that a bad one disables only itself. */
export const AgentConfig = z.object({
  revision: z.string().min(1).max(80),
  site: SiteIdentity,
  settings: PollingSettings,
  systems: z.array(z.unknown()).max(200),
  devices: z.array(z.unknown()).max(20_000),
  maintenance: z.array(MaintenanceWindow).max(1000).default([]),
})
export type AgentConfig = z.infer<typeof AgentConfig>

export const AllowedNetworks = z.array(Cidr).min(1).max(64)
