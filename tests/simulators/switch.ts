/** What a managed switch says: system, IF-MIB, LLDP neighbours, forwarding table, PoE. */
import { counter, drift } from './drift.ts'
import type { Mib, Table } from './snmp.ts'

/** `mac` of what is behind the port, `watts` where it is fed over the cable (PoE). */
export type SwitchPort = {
  name: string
  peer?: string
  peerPort?: string
  mac?: string
  watts?: number
  speedMbps: number
  up: () => boolean
}
export type SwitchModel = {
  name: string
  model: string
  mac: string
  location: string
  startedAt: number
  ports: SwitchPort[]
  now: () => number
}

const macBytes = (mac: string): Buffer => Buffer.from(mac.replaceAll(':', ''), 'hex')
const wrap32 = (value: number): number => value % 4_294_967_296
/** Counter64 as net-snmp takes it. */
const wide = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

export function switchMib(it: SwitchModel): Mib {
  return {
    scalars: [
      {
        oid: '1.3.6.1.2.1.1.1',
        type: 'OctetString',
        value: () => `${it.model} Simulated Ethernet Switch, firmware 4.2.1`,
      },
      { oid: '1.3.6.1.2.1.1.2', type: 'OID', value: () => '1.3.6.1.4.1.8072.3.2.255' },
      { oid: '1.3.6.1.2.1.1.3', type: 'TimeTicks', value: () => wrap32(Math.floor((it.now() - it.startedAt) / 10)) },
      { oid: '1.3.6.1.2.1.1.4', type: 'OctetString', value: () => 'facility@example.com' },
      { oid: '1.3.6.1.2.1.1.5', type: 'OctetString', value: () => it.name },
      { oid: '1.3.6.1.2.1.1.6', type: 'OctetString', value: () => it.location },
      { oid: '1.3.6.1.2.1.2.1', type: 'Integer', value: () => it.ports.length },
      { oid: '1.3.6.1.2.1.17.1.1', type: 'OctetString', value: () => macBytes(it.mac) },
      { oid: '1.0.8802.1.1.2.1.3.2', type: 'OctetString', value: () => macBytes(it.mac) },
      { oid: '1.0.8802.1.1.2.1.3.3', type: 'OctetString', value: () => it.name },
    ],
    tables: [interfaces(it), interfacesWide(it), neighbours(it), forwarding(it), power(it)],
  }
}

function octets(it: SwitchModel, port: number, direction: 'in' | 'out'): number {
  const speed = it.ports[port]?.speedMbps ?? 100
  const mean = (speed * 1_000_000 * 0.04) / 8
  const seed = `${it.name}/${port}/${direction}`
  return it.ports[port]?.up() === true ? counter({ seed, mean, swing: mean * 0.6 }, it.startedAt, it.now()) : 0
}

/** RFC 2863 ifTable. */
function interfaces(it: SwitchModel): Table {
  return {
    name: 'ifTable',
    oid: '1.3.6.1.2.1.2.2.1',
    columns: [
      { number: 1, type: 'Integer', index: true },
      { number: 2, type: 'OctetString' },
      { number: 3, type: 'Integer' },
      { number: 4, type: 'Integer' },
      { number: 5, type: 'Gauge' },
      { number: 6, type: 'OctetString' },
      { number: 7, type: 'Integer' },
      { number: 8, type: 'Integer' },
      { number: 10, type: 'Counter' },
      { number: 13, type: 'Counter' },
      { number: 14, type: 'Counter' },
      { number: 16, type: 'Counter' },
      { number: 19, type: 'Counter' },
      { number: 20, type: 'Counter' },
    ],
    rows: () =>
      it.ports.map((port, i) => {
        const mac = macBytes(it.mac)
        mac[5] = ((mac[5] ?? 0) + i + 1) & 0xff
        // RFC 2863: a speed beyond 32 bits is told as their largest value; ifHighSpeed has the real one.
        const bits = Math.min(port.speedMbps * 1_000_000, 4_294_967_295)
        const state = port.up() ? 1 : 2
        return [
          i + 1,
          port.name,
          6,
          1500,
          bits,
          mac,
          1,
          state,
          wrap32(octets(it, i, 'in')),
          0,
          0,
          wrap32(octets(it, i, 'out')),
          0,
          0,
        ]
      }),
  }
}

/** RFC 2863 ifXTable; its index is the interface's. */
function interfacesWide(it: SwitchModel): Table {
  return {
    name: 'ifXTable',
    oid: '1.3.6.1.2.1.31.1.1.1',
    columns: [
      { number: 999, type: 'Integer', index: true },
      { number: 1, type: 'OctetString' },
      { number: 6, type: 'Counter64' },
      { number: 10, type: 'Counter64' },
      { number: 15, type: 'Gauge' },
      { number: 18, type: 'OctetString' },
    ],
    rows: () =>
      it.ports.map((port, i) => [
        i + 1,
        port.name,
        wide(octets(it, i, 'in')),
        wide(octets(it, i, 'out')),
        port.speedMbps,
        port.peer ?? '',
      ]),
  }
}

/** IEEE 802.1AB lldpRemTable: index time mark, local port, remote index. */
function neighbours(it: SwitchModel): Table {
  return {
    name: 'lldpRemTable',
    oid: '1.0.8802.1.1.2.1.4.1.1',
    columns: [
      { number: 1, type: 'Integer', index: true },
      { number: 2, type: 'Integer', index: true },
      { number: 3, type: 'Integer', index: true },
      { number: 4, type: 'Integer' },
      { number: 5, type: 'OctetString' },
      { number: 6, type: 'Integer' },
      { number: 7, type: 'OctetString' },
      { number: 9, type: 'OctetString' },
    ],
    rows: () =>
      it.ports.flatMap((port, i) =>
        port.peer === undefined || port.mac === undefined
          ? []
          : [[0, i + 1, 1, 4, macBytes(port.mac), 5, port.peerPort ?? 'eth0', port.peer]],
      ),
  }
}

/** RFC 4188 dot1dTpFdbTable; its index is the six octets of the address. */
function forwarding(it: SwitchModel): Table {
  return {
    name: 'dot1dTpFdbTable',
    oid: '1.3.6.1.2.1.17.4.3.1',
    columns: [
      ...[991, 992, 993, 994, 995, 996].map((number) => ({ number, type: 'Integer' as const, index: true })),
      { number: 1, type: 'OctetString' },
      { number: 2, type: 'Integer' },
      { number: 3, type: 'Integer' },
    ],
    rows: () =>
      it.ports.flatMap((port, i) =>
        port.mac === undefined ? [] : [[...macBytes(port.mac), macBytes(port.mac), i + 1, 3]],
      ),
  }
}

/** RFC 3621 pethPsePortTable; watts are not in it, so the port's detection status says whether it feeds. */
function power(it: SwitchModel): Table {
  return {
    name: 'pethPsePortTable',
    oid: '1.3.6.1.2.1.105.1.1.1',
    columns: [
      { number: 1, type: 'Integer', index: true },
      { number: 2, type: 'Integer', index: true },
      { number: 3, type: 'Integer' },
      { number: 6, type: 'Integer' },
      { number: 10, type: 'Integer' },
    ],
    rows: () => it.ports.flatMap((port, i) => (port.watts === undefined ? [] : [[1, i + 1, 1, port.up() ? 3 : 2, 3]])),
  }
}

/** RFC 1628 UPS-MIB of a 10 kVA unit on mains. */
export function upsMib(it: { name: string; startedAt: number; now: () => number }): Mib {
  const value = (seed: string, mean: number, swing: number) =>
    Math.round(drift({ seed: `${it.name}/${seed}`, mean, swing }, it.now()))
  return {
    scalars: [
      { oid: '1.3.6.1.2.1.1.1', type: 'OctetString', value: () => 'Simulated UPS 10 kVA, network card 1.8' },
      { oid: '1.3.6.1.2.1.1.2', type: 'OID', value: () => '1.3.6.1.2.1.33' },
      { oid: '1.3.6.1.2.1.1.3', type: 'TimeTicks', value: () => wrap32(Math.floor((it.now() - it.startedAt) / 10)) },
      { oid: '1.3.6.1.2.1.1.5', type: 'OctetString', value: () => it.name },
      { oid: '1.3.6.1.2.1.33.1.1.1', type: 'OctetString', value: () => 'Steward Simulations' },
      { oid: '1.3.6.1.2.1.33.1.1.2', type: 'OctetString', value: () => 'SIM-UPS-10K' },
      { oid: '1.3.6.1.2.1.33.1.1.3', type: 'OctetString', value: () => '3.11' },
      { oid: '1.3.6.1.2.1.33.1.1.4', type: 'OctetString', value: () => '1.8' },
      { oid: '1.3.6.1.2.1.33.1.2.1', type: 'Integer', value: () => 2 },
      { oid: '1.3.6.1.2.1.33.1.2.2', type: 'Integer', value: () => 0 },
      { oid: '1.3.6.1.2.1.33.1.2.3', type: 'Integer', value: () => value('minutes', 42, 4) },
      { oid: '1.3.6.1.2.1.33.1.2.4', type: 'Integer', value: () => 100 },
      { oid: '1.3.6.1.2.1.33.1.2.5', type: 'Integer', value: () => value('battery', 2180, 12) },
      { oid: '1.3.6.1.2.1.33.1.2.7', type: 'Integer', value: () => value('temperature', 26, 2) },
      { oid: '1.3.6.1.2.1.33.1.4.1', type: 'Integer', value: () => 3 },
    ],
    tables: [
      {
        name: 'upsInputTable',
        oid: '1.3.6.1.2.1.33.1.3.3.1',
        columns: [
          { number: 1, type: 'Integer', index: true },
          { number: 2, type: 'Integer' },
          { number: 3, type: 'Integer' },
        ],
        rows: () => [[1, value('hz', 500, 2), value('in', 231, 4)]],
      },
      {
        name: 'upsOutputTable',
        oid: '1.3.6.1.2.1.33.1.4.4.1',
        columns: [
          { number: 1, type: 'Integer', index: true },
          { number: 2, type: 'Integer' },
          { number: 3, type: 'Integer' },
          { number: 4, type: 'Integer' },
          { number: 5, type: 'Integer' },
        ],
        rows: () => [[1, 230, value('amps', 180, 20), value('watts', 4100, 400), value('load', 46, 5)]],
      },
    ],
  }
}
