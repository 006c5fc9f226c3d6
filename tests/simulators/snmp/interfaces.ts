/** IF-MIB (RFC 2863): ports with their state and counters. */
import type { Scalar, Table } from './mib.ts'

export type InterfacePort = {
  index: number
  name: string
  alias: string
  mac: Buffer
  speedMbps: number
  isUp: () => boolean
  /** bytes since boot */
  inOctets: () => number
  outOctets: () => number
}

const states = { up: 1, down: 2 } as const
const ethernet = 6
/** RFC 2863: what ifSpeed says when 32 bits do not hold it. */
const speedTooLarge = 4_294_967_295
/** Bytes of a usual packet here: mostly video. */
const packetBytes = 900

export function interfaceScalars(ports: readonly InterfacePort[]): Scalar[] {
  return [{ oid: '1.3.6.1.2.1.2.1', type: 'Integer', value: () => ports.length }]
}

export function interfaceTables(ports: readonly InterfacePort[]): Table[] {
  return [ifTable(ports), ifXTable(ports)]
}

function ifTable(ports: readonly InterfacePort[]): Table {
  return {
    oid: '1.3.6.1.2.1.2.2.1',
    columns: {
      1: 'Integer',
      2: 'OctetString',
      3: 'Integer',
      4: 'Integer',
      5: 'Gauge',
      6: 'OctetString',
      7: 'Integer',
      8: 'Integer',
      9: 'TimeTicks',
      10: 'Counter',
      11: 'Counter',
      13: 'Counter',
      14: 'Counter',
      16: 'Counter',
      17: 'Counter',
      19: 'Counter',
      20: 'Counter',
    },
    rows: () =>
      ports.map((it) => ({
        index: [it.index],
        cells: {
          1: it.index,
          2: it.name,
          3: ethernet,
          4: 1500,
          5: Math.min(it.speedMbps * 1_000_000, speedTooLarge),
          6: it.mac,
          7: states.up,
          8: it.isUp() ? states.up : states.down,
          9: 0,
          10: it.inOctets(),
          11: it.inOctets() / packetBytes,
          13: 0,
          14: 0,
          16: it.outOctets(),
          17: it.outOctets() / packetBytes,
          19: 0,
          20: 0,
        },
      })),
  }
}

function ifXTable(ports: readonly InterfacePort[]): Table {
  return {
    oid: '1.3.6.1.2.1.31.1.1.1',
    columns: {
      1: 'OctetString',
      6: 'Counter64',
      7: 'Counter64',
      10: 'Counter64',
      11: 'Counter64',
      15: 'Gauge',
      17: 'Integer',
      18: 'OctetString',
    },
    rows: () =>
      ports.map((it) => ({
        index: [it.index],
        cells: {
          1: it.name,
          6: it.inOctets(),
          7: it.inOctets() / packetBytes,
          10: it.outOctets(),
          11: it.outOctets() / packetBytes,
          15: it.speedMbps,
          17: 1,
          18: it.alias,
        },
      })),
  }
}
