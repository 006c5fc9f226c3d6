/** What every driver is: one complete folder that turns a device's protocol into checks and readings. */
import type { Connection, DeviceKind, DriverName, Identity, PointDescriptor, PointValue } from '@steward/shared/model'
import type { TopologyFindings } from '@steward/shared/topology'
import { z } from 'zod'

/**
 * What the vault holds for a device; never leaves the agent, never logged. One shape for all drivers:
 * `community` for SNMP v1 and v2c, pass phrases for SNMPv3, user and password for the rest.
 */
export const DeviceSecret = z.object({
  community: z.string().max(255).optional(),
  user: z.string().max(255).optional(),
  password: z.string().max(500).optional(),
  authPassphrase: z.string().max(255).optional(),
  privPassphrase: z.string().max(255).optional(),
})
export type DeviceSecret = z.infer<typeof DeviceSecret>

/** One device's one connection, ready to be asked. The address has been checked against the allowed networks. */
export type Target<C extends Connection = Connection> = {
  device: string
  address: string
  connection: C
  secret: DeviceSecret | null
}

/** How long a question may take, in ms, and the signal that ends it at once. */
export type Limits = { timeoutMs: number; signal: AbortSignal }

/**
 * The answer to the cheapest question of the protocol. `refused`: it answers but does not take the credentials, which
 * is up and not down. A check never throws for what a device does; `message` is one line for a person, in English,
 * `code` the error's.
 */
export type CheckOutcome =
  | { ok: true; tookMs: number; refused?: { message: string } }
  | { ok: false; tookMs: number; code: string; message: string }

/**
 * What makes a device degraded: a value outside the point's limits, or one of these words. `isDirect`: that affects service
 * directly (fault level L3), else it is L4.
 */
export type Watch = { isDirect: boolean; states?: readonly string[] }

/** A point as a driver learned it; `source` says where in the protocol it is read (an OID, a register). */
export type LearnedPoint = PointDescriptor & { source?: string; watch?: Watch }

/** A network port as the device lists it; speed in bit/s. Null: not told. */
export type PortSummary = {
  index: number
  name: string
  type: string
  adminUp: boolean | null
  operUp: boolean | null
  speedBps: number | null
}

/** What a device says of the device at the other end of one of its ports (LLDP): evidence for the topology. */
export type Neighbour = { port: string; chassis: string; remotePort: string; name: string; address?: string }

/** What a driver found out beside the points; kept until it is learned anew. */
export type Findings = {
  /** name of the device profile that fits best */
  profile?: string
  kind?: DeviceKind
  ports: PortSummary[]
  neighbours: Neighbour[]
  /** what it tells of its place in the network; learned with the rest, not at each poll */
  topology?: TopologyFindings
}

/** What one poll read. A point that could not be read is null in `values` and named in `errors`; it loses only itself. */
export type Reading = {
  identity?: Identity
  /** all points of this connection, when they were learned anew or have changed */
  points?: LearnedPoint[]
  findings?: Findings
  values: Record<string, PointValue>
  errors: { point: string; message: string }[]
}

/**
 * A driver keeps what it needs between calls (sockets, sessions, what it learned) in the session that it opens for
 * each target; `open` does no I/O. `poll` throws StewardError when nothing could be read. `close` frees all.
 */
export type DriverSession = {
  check(limits: Limits): Promise<CheckOutcome>
  poll(limits: Limits): Promise<Reading>
  /** Where the device says by itself that something changed: `tell` then asks for a poll soon. Called once, before all else. */
  onNews?(tell: () => void): void
  close(): void
}

export type Driver<Name extends DriverName = DriverName> = {
  name: Name
  /** whether a device cannot be read without a secret */
  needsSecret(connection: Extract<Connection, { driver: Name }>): boolean
  open(target: Target<Extract<Connection, { driver: Name }>>): DriverSession
  /** frees what the sessions share */
  close(): void
}
