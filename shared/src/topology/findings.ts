import { z } from 'zod'
import { Slug, Text } from '../model/index.ts'

/** A MAC address as it is written everywhere here: lower case, with colons. */
const Mac = z.string().regex(/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/)
const PortName = z.string().max(200)

/** More of one kind is not taken from a device; behind a port with more MAC addresses than these there is a network, not a device. */
export const topologyLimits = { ports: 1000, neighbours: 500, arp: 4000, macsPerPort: 64 } as const

/** Who a device says is at the other end of its port. `isBridge`: it carries others' traffic (no telephone); absent: not told. */
const Neighbour = z.object({
  by: z.enum(['lldp', 'cdp']),
  port: PortName,
  chassis: z.string().max(200),
  remotePort: PortName,
  name: z.string().max(200),
  address: z.string().max(64).optional(),
  isBridge: z.boolean().optional(),
})
export type TopologyNeighbour = z.infer<typeof Neighbour>

/** PoE of a port: `searching` draws nothing; watts as measured, where the device tells; `point` is read with its state from then on. */
const PoePort = z.object({
  port: PortName,
  state: z.enum(['delivering', 'searching', 'off', 'fault']),
  watts: z.number().min(0).max(1000).optional(),
  point: z.string().max(128).optional(),
})

/**
 * What one device says of its place in the network. `macs` are its own; `forwarding` has what it sees behind each port (`count`
 * of all, `macs` at most 64); `stpRoot` only where somebody chose it by its priority. A list that it does not tell is empty.
 */
export const TopologyFindings = z.object({
  macs: z.array(Mac).max(topologyLimits.ports).default([]),
  ports: z
    .array(z.object({ name: PortName, index: z.int(), label: z.string().max(200), up: z.boolean().nullable() }))
    .max(topologyLimits.ports)
    .default([]),
  neighbours: z.array(Neighbour).max(topologyLimits.neighbours).default([]),
  forwarding: z
    .array(z.object({ port: PortName, count: z.int().min(1), macs: z.array(Mac).max(topologyLimits.macsPerPort) }))
    .max(topologyLimits.ports)
    .default([]),
  arp: z
    .array(z.object({ mac: Mac, address: z.string().max(64) }))
    .max(topologyLimits.arp)
    .default([]),
  poe: z.array(PoePort).max(topologyLimits.ports).default([]),
  /** camera channels as a recorder lists them: what each is called, and where its camera is */
  channels: z
    .array(z.object({ name: z.string().max(200), address: z.string().max(64).optional() }))
    .max(topologyLimits.ports)
    .optional(),
  /** readers and locks as an access controller lists them: what each is called, and where it is, if it has a place of its own */
  readers: z
    .array(z.object({ name: z.string().max(200), address: z.string().max(64).optional(), mac: Mac.optional() }))
    .max(topologyLimits.ports)
    .optional(),
  gateway: z.string().max(64).optional(),
  stpRoot: Mac.optional(),
})
export type TopologyFindings = z.infer<typeof TopologyFindings>

/**
 * `label`: the port's description names the device; `channel`: a recorder lists the camera; `reader`: an access controller
 * lists the reader.
 */
export const EvidenceKind = z.enum(['lldp', 'cdp', 'fdb', 'arp', 'poe', 'label', 'channel', 'reader'])

/** What speaks for a link, when it was learned (ms since 1970), and in words. */
export const LinkEvidence = z.object({ kind: EvidenceKind, at: z.int(), text: Text })
export type LinkEvidence = z.infer<typeof LinkEvidence>

/** A device's link towards the root: `needs` as in the inventory, `places` the ports that it hangs on ('' where not told). */
export const ProposedLink = z.object({
  device: Slug,
  needs: z.array(z.array(Slug).min(1).max(50)).max(50),
  places: z.array(z.object({ to: Slug, port: PortName })).max(50),
  by: z.array(LinkEvidence).max(100),
  confidence: z.enum(['high', 'medium', 'low']),
})
export type ProposedLink = z.infer<typeof ProposedLink>
