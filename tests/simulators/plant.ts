/** The plant's points: what each Modbus register is called and where it is, and the value that it has. One list, so that both fit. */
import type { Connection } from '@steward/shared/model'
import type { z } from 'zod'
import { dayCurve, drift } from './drift.ts'
import { floatWords, longWords, type Registers } from './modbus.ts'

type RegisterInput = NonNullable<Extract<z.input<typeof Connection>, { driver: 'modbus' }>['registers']>[number]
type Signal = RegisterInput & {
  format: 'f32' | 'u32' | 's16' | 'u16' | 'bit'
  /** in the point's unit, at a time (ms since 1970) */
  value: (device: string, at: number) => number
}

export type PlantKind = 'chiller' | 'air-handler' | 'meter'

const commissionedAt = Date.UTC(2025, 0, 1)
const running = { '0': 'off', '1': 'running', '2': 'fault' }

const moving =
  (mean: number, swing: number, daily = 0) =>
  (device: string, at: number): number =>
    drift({ seed: `${device}/${mean}`, mean, swing, daily, jitter: swing / 3 }, at)
const fixed = (value: number) => (): number => value
/** Grows by the mean rate since commissioning, so that it goes on through every restart. */
const growing = (ratePerHour: number) => (_device: string, at: number) =>
  ((at - commissionedAt) / 3_600_000) * ratePerHour

const float = (
  address: number,
  id: string,
  name: string,
  kind: string,
  unit: string,
  value: Signal['value'],
): Signal => ({
  id,
  name,
  class: kind,
  unit,
  table: 'holding',
  address,
  format: 'f32',
  value,
})

const signals: Record<PlantKind, Signal[]> = {
  chiller: [
    float(0, 'supply', '供水温度 Supply water', 'temperature', '°C', moving(7.2, 0.3, 0.2)),
    float(2, 'return', '回水温度 Return water', 'temperature', '°C', moving(12.4, 0.4, 0.6)),
    float(4, 'setpoint', '设定温度 Setpoint', 'temperature', '°C', fixed(7)),
    float(6, 'power', '功率 Power', 'power', 'W', moving(182_000, 9000, 40_000)),
    float(8, 'load', '负荷 Load', 'load', '%', moving(63, 4, 14)),
    {
      id: 'energy',
      name: '累计电量 Energy',
      class: 'energy',
      unit: 'kWh',
      address: 20,
      format: 'u32',
      value: growing(182),
    },
    {
      id: 'hours',
      name: '运行时间 Running time',
      class: 'time',
      unit: 'h',
      address: 22,
      format: 'u32',
      value: growing(0.82),
    },
    { id: 'state', name: '状态 State', class: 'state', address: 24, format: 'u16', states: running, value: fixed(1) },
    { id: 'alarm', name: '报警 Alarm', class: 'state', table: 'discrete', address: 0, format: 'bit', value: fixed(0) },
  ],
  'air-handler': [
    float(0, 'supply', '送风温度 Supply air', 'temperature', '°C', moving(14.5, 0.6, 0.3)),
    float(2, 'return', '回风温度 Return air', 'temperature', '°C', moving(23.8, 0.4, 0.6)),
    float(4, 'humidity', '湿度 Humidity', 'humidity', '%', moving(52, 3, 3)),
    float(6, 'fan', '风机频率 Fan frequency', 'frequency', 'Hz', moving(38, 2, 5)),
    {
      id: 'setpoint',
      name: '设定温度 Setpoint',
      class: 'temperature',
      unit: '°C',
      address: 20,
      format: 's16',
      scale: 0.1,
      value: fixed(14),
    },
    { id: 'state', name: '状态 State', class: 'state', address: 21, format: 'u16', states: running, value: fixed(1) },
    {
      id: 'filter',
      name: '滤网压差 Filter pressure',
      class: 'pressure',
      unit: 'Pa',
      table: 'input',
      address: 0,
      format: 'u16',
      value: moving(142, 8, 12),
    },
    {
      id: 'filter-alarm',
      name: '滤网报警 Filter alarm',
      class: 'state',
      table: 'discrete',
      address: 0,
      format: 'bit',
      value: fixed(0),
    },
  ],
  meter: [
    ...['L1', 'L2', 'L3'].map((phase, i) =>
      float(i * 2, `voltage.${phase.toLowerCase()}`, `电压 Voltage ${phase}`, 'voltage', 'V', moving(231 + i / 2, 1.5)),
    ),
    ...['L1', 'L2', 'L3'].map((phase, i) =>
      float(
        6 + i * 2,
        `current.${phase.toLowerCase()}`,
        `电流 Current ${phase}`,
        'current',
        'A',
        moving(84 + i * 3, 6, 22),
      ),
    ),
    float(12, 'power', '有功功率 Active power', 'power', 'W', moving(56_000, 3000, 15_000)),
    float(14, 'frequency', '频率 Frequency', 'frequency', 'Hz', moving(50, 0.02)),
    float(
      16,
      'factor',
      '功率因数 Power factor',
      'value',
      '',
      (device, at) => 0.93 + 0.02 * dayCurve(at) + moving(0, 0.005)(device, at),
    ),
    {
      id: 'energy',
      name: '累计电量 Energy',
      class: 'energy',
      unit: 'kWh',
      address: 30,
      format: 'u32',
      scale: 0.1,
      value: growing(56),
    },
  ],
}

/** The registers as the hub is told of them. */
export function registersOf(kind: PlantKind): RegisterInput[] {
  return signals[kind].map(({ value: _value, ...register }) => register)
}

/** What stands in the registers of one device. */
export function plantRegisters(device: string, kind: PlantKind): Registers {
  const inTable = (...tables: string[]) => signals[kind].filter((it) => tables.includes(it.table ?? 'holding'))
  const wordsIn = (table: string) => (at: number) =>
    new Map(inTable(table).flatMap((it) => wordsOf(it, it.value(device, at) / (it.scale ?? 1))))
  return {
    identity: {
      vendor: 'Steward Simulations',
      product: `SIM-${kind.toUpperCase()}`,
      revision: '1.4.2',
      name: device,
      model: `SIM-${kind.toUpperCase()}-M`,
    },
    words: wordsIn('holding'),
    inputs: wordsIn('input'),
    bits: (at) => new Map(inTable('coil', 'discrete').map((it) => [it.address, it.value(device, at) !== 0])),
  }
}

function wordsOf({ address, format }: Signal, raw: number): [number, number][] {
  if (format === 'f32') return floatWords(address, raw)
  if (format === 'u32') return longWords(address, raw)
  return [[address, Math.round(raw) & 0xffff]]
}
