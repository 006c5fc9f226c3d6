/** At which ports a search knocks, and what is spoken there. */
import { type Connection, DiscoveryPort } from '@steward/shared/model'

/** What building systems listen at: web pages, RTSP, recorders' own ports, Modbus, SSH, SNMP, BACnet. */
const usualPorts: readonly DiscoveryPort[] = [
  { protocol: 'http', port: 80 },
  { protocol: 'https', port: 443 },
  { protocol: 'rtsp', port: 554 },
  { protocol: 'tcp', port: 8000 },
  { protocol: 'http', port: 8080 },
  { protocol: 'modbus', port: 502 },
  { protocol: 'tcp', port: 22 },
  { protocol: 'snmp', port: 161 },
  { protocol: 'bacnet', port: 47_808 },
]

/** The usual ports and these, each once. */
export function portsToKnock(more: readonly DiscoveryPort[]): DiscoveryPort[] {
  const all = [...usualPorts, ...more]
  const nameOf = ({ protocol, port }: DiscoveryPort): string => `${protocol} ${port}`
  return [...new Map(all.map((it) => [nameOf(it), it])).values()]
}

/** Where the devices of a site listen: the next one of their kind will listen there too. Servers of names and time are no kind of device. */
export function portsOf(connections: readonly Connection[]): DiscoveryPort[] {
  return connections.flatMap((it) => {
    const protocol = it.driver === 'http' && it.tls ? 'https' : it.driver
    const port = DiscoveryPort.safeParse({ protocol, port: it.port })
    return port.success ? [port.data] : []
  })
}
