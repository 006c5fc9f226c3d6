/** What every target says of itself: SNMPv2-MIB's system group (RFC 3418), and ENTITY-MIB (RFC 6933) with a sensor (RFC 3433). */
import type { Scalar, Table } from './mib.ts'

export type SystemModel = {
  name: string
  description: string
  objectId: string
  location: string
  /** ms since 1970 */
  startedAt: number
  now: () => number
}

const system = '1.3.6.1.2.1.1'

export function systemScalars(it: SystemModel): Scalar[] {
  return [
    { oid: `${system}.1`, type: 'OctetString', value: () => it.description },
    { oid: `${system}.2`, type: 'OID', value: () => it.objectId },
    { oid: `${system}.3`, type: 'TimeTicks', value: () => Math.max(0, it.now() - it.startedAt) / 10 },
    { oid: `${system}.4`, type: 'OctetString', value: () => 'facility@example.com' },
    { oid: `${system}.5`, type: 'OctetString', value: () => it.name },
    { oid: `${system}.6`, type: 'OctetString', value: () => it.location },
    { oid: `${system}.7`, type: 'Integer', value: () => 2 },
  ]
}

export type EntityModel = {
  vendor: string
  model: string
  serial: string
  firmware: string
  /** °C */
  temperature: () => number
}

const classes = { chassis: 3, sensor: 8 } as const

export function entityTables(it: EntityModel): Table[] {
  return [
    {
      oid: '1.3.6.1.2.1.47.1.1.1.1',
      columns: {
        2: 'OctetString',
        4: 'Integer',
        5: 'Integer',
        7: 'OctetString',
        9: 'OctetString',
        10: 'OctetString',
        11: 'OctetString',
        12: 'OctetString',
        13: 'OctetString',
        16: 'Integer',
      },
      rows: () => [
        {
          index: [1],
          cells: {
            2: `${it.model} chassis`,
            4: 0,
            5: classes.chassis,
            7: 'Chassis',
            9: it.firmware,
            10: it.firmware,
            11: it.serial,
            12: it.vendor,
            13: it.model,
            16: 1,
          },
        },
        {
          index: [1001],
          cells: {
            2: 'Inlet temperature sensor',
            4: 1,
            5: classes.sensor,
            7: 'Inlet temperature',
            9: '',
            10: '',
            11: '',
            12: '',
            13: '',
            16: 2,
          },
        },
      ],
    },
    {
      // Type 8 is °C, scale 9 is 10^0, one decimal place, status 1 is "ok".
      oid: '1.3.6.1.2.1.99.1.1.1',
      columns: { 1: 'Integer', 2: 'Integer', 3: 'Integer', 4: 'Integer', 5: 'Integer', 6: 'OctetString' },
      rows: () => [
        {
          index: [1001],
          cells: { 1: 8, 2: 9, 3: 1, 4: Math.round(it.temperature() * 10), 5: 1, 6: 'degrees Celsius' },
        },
      ],
    },
  ]
}
