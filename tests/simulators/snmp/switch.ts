/** A managed switch: its ports, what it says of its neighbours, what it feeds. */
import { createMeter, drift } from '../drift.ts'
import { interfaceScalars, interfaceTables } from './interfaces.ts'
import type { Mib } from './mib.ts'
import {
  arpTable,
  bridgeScalars,
  bridgeTables,
  type Learned,
  lldpScalars,
  lldpTables,
  type Neighbour,
} from './neighbours.ts'
import { poeTables } from './poe.ts'
import { entityTables, systemScalars } from './system.ts'

/** What hangs on a port; rates are means in bit/s, seen from the switch. */
export type PortPeer = {
  id: string
  mac: string
  address: string
  port: string
  isBridge: boolean
  speaksLldp: boolean
  /** W; null where it is not fed over the cable */
  watts: number | null
  isPowered: () => boolean
  bitsIn: () => number
  bitsOut: () => number
}
export type SwitchPort = { index: number; name: string; speedMbps: number; feeds: boolean; peer: PortPeer | null }

export type SwitchModel = {
  name: string
  model: string
  mac: string
  location: string
  ports: SwitchPort[]
  forwarding: () => { mac: string; address: string; port: number }[]
  /** whether it routes, and so knows addresses (ARP) */
  routes: boolean
  /** whether it fills the BRIDGE-MIB's forwarding table beside the Q-BRIDGE-MIB's */
  olderMib: boolean
  startedAt: number
  now: () => number
}

const firmware = '4.2.1'
const objectId = '1.3.6.1.4.1.8072.3.2.255'
const temperature = { mean: 31, swing: 1.5, daily: 2 }
const load = { mean: 14, swing: 5, jitter: 6 }

export const macBytes = (mac: string): Buffer => Buffer.from(mac.replaceAll(':', ''), 'hex')

export function switchMib(it: SwitchModel): Mib {
  const description = `${it.model} Simulated Ethernet Switch, firmware ${firmware}`
  const mac = macBytes(it.mac)
  const ports = it.ports.map((port) => interfaceOf(it, port))
  const learned = (): Learned[] => it.forwarding().map((entry) => ({ ...entry, mac: macBytes(entry.mac) }))
  return {
    scalars: [
      ...systemScalars({ ...it, description, objectId }),
      ...interfaceScalars(ports),
      ...bridgeScalars(mac, ports.length),
      ...lldpScalars({ mac, name: it.name, description }),
    ],
    tables: [
      ...interfaceTables(ports),
      ...lldpTables(it.ports, () => neighboursOf(it)),
      ...bridgeTables(it.ports, learned, it.olderMib),
      ...(it.routes ? [arpTable(learned)] : []),
      ...poeTables(
        it.ports
          .filter((port) => port.feeds)
          .map(({ index, peer }) => ({ index, watts: peer?.watts ?? null, draws: () => peer?.isPowered() ?? false })),
      ),
      ...entityTables({
        vendor: 'Steward Simulations',
        model: it.model,
        serial: `SW${it.mac.replaceAll(':', '').slice(-8).toUpperCase()}`,
        firmware,
        temperature: () => drift({ seed: `${it.name}/inlet`, ...temperature }, it.now()),
      }),
      {
        oid: '1.3.6.1.2.1.25.3.3.1',
        columns: { 1: 'OID', 2: 'Integer' },
        rows: () => [
          { index: [1], cells: { 1: '0.0', 2: Math.max(1, drift({ seed: `${it.name}/cpu`, ...load }, it.now())) } },
        ],
      },
    ],
  }
}

function interfaceOf(it: SwitchModel, { index, name, speedMbps, peer }: SwitchPort) {
  const mac = macBytes(it.mac)
  // A byte of its own: the last one counts the devices of the building.
  mac[4] = index
  const isUp = (): boolean => peer?.isPowered() ?? false
  const rate = (direction: string, bits: () => number) => (at: number) =>
    isUp() ? (bits() / 8) * drift({ seed: `${it.name}/${index}/${direction}`, mean: 1, swing: 0.15 }, at) : 0
  const inMeter = createMeter(
    rate('in', () => peer?.bitsIn() ?? 0),
    it.startedAt,
  )
  const outMeter = createMeter(
    rate('out', () => peer?.bitsOut() ?? 0),
    it.startedAt,
  )
  return {
    index,
    name,
    alias: peer?.id ?? '',
    mac,
    speedMbps,
    isUp,
    inOctets: () => inMeter(it.now()),
    outOctets: () => outMeter(it.now()),
  }
}

function neighboursOf(it: SwitchModel): Neighbour[] {
  return it.ports.flatMap(({ index, peer }) =>
    peer === null || !peer.speaksLldp || !peer.isPowered()
      ? []
      : [
          {
            port: index,
            mac: macBytes(peer.mac),
            remotePort: peer.port,
            name: peer.id,
            address: peer.address,
            isBridge: peer.isBridge,
          },
        ],
  )
}
