/** UPS-MIB (RFC 1628) of a 10 kVA unit: on mains, or from its battery, which then runs down. */
import { drift } from '../drift.ts'
import type { Mib, Scalar, SnmpType, Table } from './mib.ts'
import { systemScalars } from './system.ts'

export type UpsModel = {
  name: string
  location?: string
  startedAt: number
  now: () => number
  /** when mains failed, in ms since 1970; null on mains */
  onBatterySince?: () => number | null
}

const upsMibRoot = '1.3.6.1.2.1.33'
const fullMinutes = 42
const batteryStates = { normal: 2, low: 3 } as const
const outputFrom = { mains: 3, battery: 5 } as const
const lowMinutes = 5

export function upsMib(it: UpsModel): Mib {
  const value = (seed: string, mean: number, swing: number, daily = 0) =>
    Math.round(drift({ seed: `${it.name}/${seed}`, mean, swing, daily }, it.now()))
  const since = (): number | null => it.onBatterySince?.() ?? null
  const seconds = (): number => {
    const from = since()
    return from === null ? 0 : Math.max(0, Math.floor((it.now() - from) / 1000))
  }
  const minutesLeft = (): number => Math.max(0, value('minutes', fullMinutes, 1) - Math.floor(seconds() / 60))
  const onMains = (): boolean => since() === null
  const scalar = (path: string, type: SnmpType, give: Scalar['value']): Scalar => ({
    oid: `${upsMibRoot}.1.${path}`,
    type,
    value: give,
  })
  const system = {
    ...it,
    location: it.location ?? '',
    description: 'Simulated UPS 10 kVA, network card 1.8',
    objectId: upsMibRoot,
  }
  return {
    scalars: [
      ...systemScalars(system),
      scalar('1.1', 'OctetString', () => 'Steward Simulations'),
      scalar('1.2', 'OctetString', () => 'SIM-UPS-10K'),
      scalar('1.3', 'OctetString', () => '3.11'),
      scalar('1.4', 'OctetString', () => '1.8'),
      scalar('1.5', 'OctetString', () => it.name),
      scalar('2.1', 'Integer', () => (minutesLeft() > lowMinutes ? batteryStates.normal : batteryStates.low)),
      scalar('2.2', 'Integer', seconds),
      scalar('2.3', 'Integer', minutesLeft),
      scalar('2.4', 'Integer', () => Math.min(100, Math.round((minutesLeft() / fullMinutes) * 100))),
      scalar('2.5', 'Integer', () => value('battery', onMains() ? 2180 : 1980, 8)),
      scalar('2.6', 'Integer', () => (onMains() ? 0 : value('discharge', 190, 10))),
      scalar('2.7', 'Integer', () => value('temperature', 26, 1, 1)),
      scalar('3.1', 'Counter', () => (onMains() ? 0 : 1)),
      scalar('3.2', 'Integer', () => 1),
      scalar('4.1', 'Integer', () => (onMains() ? outputFrom.mains : outputFrom.battery)),
      scalar('4.2', 'Integer', () => 500),
      scalar('4.3', 'Integer', () => 1),
      scalar('6.1', 'Gauge', () => (onMains() ? 0 : 1)),
    ],
    tables: [inputTable(onMains, value), outputTable(value)],
  }
}

type Value = (seed: string, mean: number, swing: number, daily?: number) => number

function inputTable(onMains: () => boolean, value: Value): Table {
  return {
    oid: `${upsMibRoot}.1.3.3.1`,
    columns: { 2: 'Integer', 3: 'Integer', 4: 'Integer', 5: 'Integer' },
    rows: () => [
      {
        index: [1],
        cells: onMains()
          ? {
              2: value('hz', 500, 1),
              3: value('in', 231, 3),
              4: value('in-amps', 190, 15, 20),
              5: value('in-watts', 4300, 300, 400),
            }
          : { 2: 0, 3: 0, 4: 0, 5: 0 },
      },
    ],
  }
}

function outputTable(value: Value): Table {
  return {
    oid: `${upsMibRoot}.1.4.4.1`,
    columns: { 2: 'Integer', 3: 'Integer', 4: 'Integer', 5: 'Integer' },
    rows: () => [
      {
        index: [1],
        cells: {
          2: 230,
          3: value('amps', 180, 12, 18),
          4: value('watts', 4100, 250, 380),
          5: value('load', 46, 3, 5),
        },
      },
    ],
  }
}
