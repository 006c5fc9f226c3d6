import { z } from 'zod'
import { Connection, DeviceKind, FinderName, Identity, IpAddress, Port, Text } from '../model/index.ts'
import { TopologyFindings } from '../topology/index.ts'

/** One address at which something answered: what it said, and how it could be looked after. No secret is in it. */
export const FoundDevice = z.object({
  address: IpAddress,
  identity: Identity,
  kind: DeviceKind.optional(),
  /** name of the device profile that fits best */
  profile: z.string().max(200).optional(),
  connections: z.array(Connection).max(8),
  openPorts: z.array(Port).max(100),
  evidence: z.array(z.object({ by: FinderName, text: Text })).max(40),
  /** what it tells of its place in the network */
  topology: TopologyFindings.optional(),
})
export type FoundDevice = z.infer<typeof FoundDevice>
