import { z } from 'zod'
import { Connection } from './connection.ts'
import { FunctionRef, Identity } from './device.ts'
import { Cidr, IpAddress, Port, Slug, Title } from './names.ts'
import { DeviceKind, SystemKind } from './words.ts'

/** By which way something was found. */
export const FinderName = z.enum(['tcp', 'snmp', 'onvif', 'modbus', 'http', 'bacnet', 'icmp', 'arp', 'mdns', 'ssdp'])
export type FinderName = z.infer<typeof FinderName>

/** A port to knock at beside the usual ones, and what is spoken there. */
export const DiscoveryPort = z.object({
  protocol: z.enum(['snmp', 'onvif', 'modbus', 'http', 'https', 'rtsp', 'bacnet', 'tcp']),
  port: Port,
})
export type DiscoveryPort = z.infer<typeof DiscoveryPort>

/** What is searched; at most a /16, and only where the agent may dial. Packets per second bound all that it sends. */
export const DiscoveryRequest = z.object({
  network: Cidr,
  ports: z.array(DiscoveryPort).max(20).default([]),
  packetsPerSecond: z.int().min(1).max(2000).default(300),
})
export type DiscoveryRequest = z.infer<typeof DiscoveryRequest>

/** Who is at the other end of a port, as the device says (LLDP). `chassis` is mostly a MAC address. */
export const FoundNeighbour = z.object({
  port: z.string().max(200),
  name: z.string().max(200),
  chassis: z.string().max(200),
  address: z.string().max(64).optional(),
})

/** One address at which something answered: what it said, and how it could be looked after. No secret is in it. */
export const FoundDevice = z.object({
  address: IpAddress,
  identity: Identity,
  kind: DeviceKind.optional(),
  /** name of the device profile that fits best */
  profile: z.string().max(200).optional(),
  connections: z.array(Connection).max(8),
  openPorts: z.array(Port).max(100),
  evidence: z.array(z.object({ by: FinderName, text: z.string().max(300) })).max(40),
  neighbours: z.array(FoundNeighbour).max(500),
})
export type FoundDevice = z.infer<typeof FoundDevice>

/** What a found device would be at its site, for a person to accept or to change. */
export const DeviceProposal = z.object({
  id: Slug,
  name: Title,
  kind: DeviceKind,
  system: Slug.nullable(),
  systemKind: SystemKind.nullable(),
  function: FunctionRef.nullable(),
  needs: z.array(z.array(Slug).min(1).max(50)).max(50),
})
export type DeviceProposal = z.infer<typeof DeviceProposal>
