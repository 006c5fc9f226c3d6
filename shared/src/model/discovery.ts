import { z } from 'zod'
import { FunctionRef } from './device.ts'
import { Cidr, Port, Slug, Title } from './names.ts'
import { DeviceKind, SystemKind } from './words.ts'

/** By which way something was found. */
export const FinderName = z.enum([
  'tcp',
  'snmp',
  'onvif',
  'modbus',
  'http',
  'bacnet',
  'rtsp',
  'tls',
  'dns',
  'ntp',
  'mqtt',
  'icmp',
  'arp',
  'mdns',
  'ssdp',
])
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
