/** Who is where, as a switch knows it: LLDP-MIB (IEEE 802.1AB), BRIDGE-MIB (RFC 4188), Q-BRIDGE-MIB (RFC 4363), ARP (RFC 4293's ancestor). */
import type { Row, Scalar, Table } from './mib.ts'

export type Neighbour = {
  port: number
  mac: Buffer
  remotePort: string
  name: string
  address: string
  isBridge: boolean
}
export type Learned = { mac: Buffer; address: string; port: number }

/** Subtypes: chassis 4 is a MAC address, port 5 an interface name; capability bits: 0x20 bridge, 0x01 station. */
const subtypes = { mac: 4, interfaceName: 5, ifIndex: 2 } as const
const capabilities = { bridge: Buffer.from([0x20]), station: Buffer.from([0x01]) } as const
const ipv4 = 1
const vlan = 1
const learned = 3
const dynamic = 3

export function lldpScalars(self: { mac: Buffer; name: string; description: string }): Scalar[] {
  return [
    { oid: '1.0.8802.1.1.2.1.3.1', type: 'Integer', value: () => subtypes.mac },
    { oid: '1.0.8802.1.1.2.1.3.2', type: 'OctetString', value: () => self.mac },
    { oid: '1.0.8802.1.1.2.1.3.3', type: 'OctetString', value: () => self.name },
    { oid: '1.0.8802.1.1.2.1.3.4', type: 'OctetString', value: () => self.description },
  ]
}

/** The remote index is the local port's number: one neighbour at each. */
export function lldpTables(ports: readonly { index: number; name: string }[], neighbours: () => Neighbour[]): Table[] {
  return [
    {
      oid: '1.0.8802.1.1.2.1.3.7.1',
      columns: { 2: 'Integer', 3: 'OctetString', 4: 'OctetString' },
      rows: () =>
        ports.map((it) => ({ index: [it.index], cells: { 2: subtypes.interfaceName, 3: it.name, 4: it.name } })),
    },
    {
      oid: '1.0.8802.1.1.2.1.4.1.1',
      columns: {
        4: 'Integer',
        5: 'OctetString',
        6: 'Integer',
        7: 'OctetString',
        8: 'OctetString',
        9: 'OctetString',
        11: 'OctetString',
        12: 'OctetString',
      },
      rows: () =>
        neighbours().map((it) => {
          const can = it.isBridge ? capabilities.bridge : capabilities.station
          return {
            index: [0, it.port, it.port],
            cells: {
              4: subtypes.mac,
              5: it.mac,
              6: subtypes.interfaceName,
              7: it.remotePort,
              8: it.remotePort,
              9: it.name,
              11: can,
              12: can,
            },
          }
        }),
    },
    {
      // lldpRemManAddrTable has the address in its index: family, length, bytes.
      oid: '1.0.8802.1.1.2.1.4.2.1',
      columns: { 3: 'Integer', 4: 'Integer', 5: 'OID' },
      rows: () =>
        neighbours().map((it) => ({
          index: [0, it.port, it.port, ipv4, 4, ...it.address.split('.').map(Number)],
          cells: { 3: subtypes.ifIndex, 4: 1, 5: '0.0' },
        })),
    },
  ]
}

/** `olderMib`: whether the BRIDGE-MIB's own forwarding table is filled too; many switches fill only the Q-BRIDGE-MIB's. */
export function bridgeTables(
  ports: readonly { index: number }[],
  forwarding: () => Learned[],
  olderMib: boolean,
): Table[] {
  return [
    {
      oid: '1.3.6.1.2.1.17.1.4.1',
      columns: { 1: 'Integer', 2: 'Integer' },
      rows: () => ports.map((it) => ({ index: [it.index], cells: { 1: it.index, 2: it.index } })),
    },
    {
      oid: '1.3.6.1.2.1.17.4.3.1',
      columns: { 1: 'OctetString', 2: 'Integer', 3: 'Integer' },
      rows: () =>
        olderMib
          ? forwarding().map((it) => ({ index: [...it.mac], cells: { 1: it.mac, 2: it.port, 3: learned } }))
          : [],
    },
    {
      oid: '1.3.6.1.2.1.17.7.1.2.2.1',
      columns: { 2: 'Integer', 3: 'Integer' },
      rows: () => forwarding().map((it) => ({ index: [vlan, ...it.mac], cells: { 2: it.port, 3: learned } })),
    },
  ]
}

export function bridgeScalars(mac: Buffer, ports: number): Scalar[] {
  return [
    { oid: '1.3.6.1.2.1.17.1.1', type: 'OctetString', value: () => mac },
    { oid: '1.3.6.1.2.1.17.1.2', type: 'Integer', value: () => ports },
    { oid: '1.3.6.1.2.1.17.1.3', type: 'Integer', value: () => 2 },
  ]
}

/** ipNetToMediaTable, of a switch that routes. */
export function arpTable(known: () => Learned[]): Table {
  return {
    oid: '1.3.6.1.2.1.4.22.1',
    columns: { 1: 'Integer', 2: 'OctetString', 3: 'IpAddress', 4: 'Integer' },
    rows: () =>
      known().map(
        (it): Row => ({
          index: [it.port, ...it.address.split('.').map(Number)],
          cells: { 1: it.port, 2: it.mac, 3: it.address, 4: dynamic },
        }),
      ),
  }
}
