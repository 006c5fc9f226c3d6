/** How much of what is known of a recorded target was found out, as right and wanted of each kind. */
import { readFileSync } from 'node:fs'
import type { Reading } from '@steward/agent/drivers'
import { z } from 'zod'

const Port = z.tuple([
  z.number(),
  z.unknown(),
  z.unknown(),
  z.string().nullable(),
  z.string().nullable(),
  z.number().nullable(),
])
const Sensor = z.object({
  class: z.string(),
  oid: z.string(),
  value: z.number().nullable(),
  unit: z.string().nullish(),
  check: z.string().nullish(),
})

const Expected = z.object({
  id: z.string(),
  hardware: z.string().nullable(),
  version: z.string().nullable(),
  serial: z.string().nullable(),
  ports: z.object({ list: z.array(Port) }),
  sensors: z.array(Sensor),
})
export type ExpectedTarget = z.infer<typeof Expected>

export function readExpectedTarget(file: string): ExpectedTarget {
  return Expected.parse(JSON.parse(readFileSync(file, 'utf8')))
}

export const scoreKinds = ['model', 'serial', 'firmware', 'ports', 'sensors', 'states'] as const
export type Score = Record<(typeof scoreKinds)[number], { right: number; wanted: number }>

export function emptyScore(): Score {
  const none = () => ({ right: 0, wanted: 0 })
  return { model: none(), serial: none(), firmware: none(), ports: none(), sensors: none(), states: none() }
}

export function addScore(score: Score, expected: ExpectedTarget, reading: Reading): void {
  const count = (kind: keyof Score, isRight: boolean): void => {
    score[kind].wanted += 1
    if (isRight) score[kind].right += 1
  }
  const { identity = {} } = reading
  if (expected.hardware) count('model', isSame(expected.hardware, identity.model))
  if (expected.serial) count('serial', isSame(expected.serial, identity.serial))
  if (expected.version) count('firmware', isSame(expected.version, identity.firmware))
  const ports = new Map(reading.findings?.ports.map((it) => [it.index, it]))
  for (const [index, , , admin, oper, speedBps] of expected.ports.list) {
    const port = ports.get(index)
    const isUp = (is: boolean | null, word: string | null) => word === null || is === (word === 'up')
    const hasSpeed = !speedBps || port?.speedBps === speedBps
    count('ports', port !== undefined && isUp(port.adminUp, admin) && isUp(port.operUp, oper) && hasSpeed)
  }
  const points = new Map(reading.points?.map((it) => [it.source, it]))
  for (const sensor of expected.sensors.filter(isComparable)) {
    const point = points.get(sensor.oid)
    const value = point === undefined ? undefined : reading.values[point.id]
    if (sensor.class === 'state') count('states', typeof value === 'string' && !/^\d+$/.test(value))
    else
      count('sensors', typeof value === 'number' && isClose(value, wantedValue(sensor)) && hasUnit(sensor, point?.unit))
  }
}

/** The other values were changed by code or come from elsewhere, see the recordings' README. */
function isComparable({ check, class: kind }: ExpectedTarget['sensors'][number]): boolean {
  return kind === 'state' || !check || check === 'raw' || check.startsWith('user_func')
}

/** The recordings' words for units, and what is as right. */
const unitsOf: Record<string, readonly string[]> = {
  C: ['°C'],
  '%': ['%'],
  rpm: ['rpm', '%'],
  min: ['s'],
  W: ['W', 'VA', 'var'],
  kWh: ['kWh', 'kvarh'],
  dBm: ['dBm', 'dB'],
}

/** Where the recordings name no unit any is right. */
function hasUnit({ class: kind, unit }: ExpectedTarget['sensors'][number], found: string | undefined): boolean {
  if (!unit || kind === 'count' || kind === 'runtime') return true
  return (unitsOf[unit] ?? [unit]).includes(found ?? '')
}

function wantedValue({ class: kind, value }: ExpectedTarget['sensors'][number]): number {
  return (value ?? Number.NaN) * (kind === 'runtime' ? 60 : 1)
}

function isClose(value: number, wanted: number): boolean {
  return Math.abs(value - wanted) <= Math.max(0.006, Math.abs(wanted) * 0.02)
}

/** Words of vendors differ in blanks and in what they add around the name. */
export function isSame(wanted: string, found: string | undefined): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '')
  if (found === undefined || plain(found) === '') return false
  return plain(wanted).includes(plain(found)) || plain(found).includes(plain(wanted))
}
