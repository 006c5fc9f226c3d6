import type { PointValue } from '@steward/shared/model'
import { describe, expect, test } from 'vitest'
import type { LearnedPoint } from '../drivers/index.ts'
import { endsOf, omensIn } from './ends-in-sight.ts'

const point = (over: Partial<LearnedPoint> & { id: string }): LearnedPoint => ({
  class: 'state',
  name: over.id,
  instance: '',
  unit: '',
  ...over,
})
const ups = [
  point({ id: 'output.source' }),
  point({ id: 'battery.state' }),
  point({ id: 'battery.runtime', class: 'runtime', unit: 's' }),
]
const oven = [
  point({ id: 'temperature.1', class: 'temperature', unit: '°C', name: 'Temperature', limits: { high: 70 } }),
]

function held(points: readonly LearnedPoint[], values: Record<string, PointValue>): Record<string, string | null> {
  const ends = endsOf(omensIn(points), values, (it) => (it === 'disk.1' ? 5 * 3_600_000 : null))
  return Object.fromEntries([...ends].map(([name, reason]) => [name, reason?.en ?? null]))
}

describe('the battery of a UPS', () => {
  const says = (source: string | null, state: string | null, runtime: number | null) =>
    held(ups, { 'output.source': source, 'battery.state': state, 'battery.runtime': runtime })
  const none = { 'temperature-critical': null, 'storage-nearly-full': null }

  test.each([
    ['mains', 'normal', 2400, null, null],
    ['battery', 'normal', 2430, 'UPS on battery, 40 min left', null],
    ['on battery', 'normal', null, 'UPS on battery', null],
    ['battery', 'normal', 540, 'UPS on battery, 9 min left', 'its battery is nearly empty'],
    ['battery', 'low', 1200, 'UPS on battery, 20 min left', 'its battery is nearly empty'],
    // On mains again, and charged.
    ['mains', 'low', 120, null, null],
  ])('output from %s, battery %s, %s s left', (source, state, runtime, onBattery, low) => {
    expect(says(source, state, runtime)).toEqual({ ...none, 'ups-on-battery': onBattery, 'ups-battery-low': low })
  })

  test('one that does not say where its output comes from is judged by its battery alone', () => {
    expect(held(ups.slice(1), { 'battery.state': 'depleted' })).toMatchObject({
      'ups-battery-low': 'its battery is nearly empty',
    })
  })

  test('nothing is said while nothing is read', () => expect(says(null, null, null)).toEqual(none))
})

test.each([
  [oven, 70, null],
  [oven, 70.5, 'Temperature is 70.5 °C, past its critical 70 °C'],
  [[point({ id: 'temperature.1.state' })], 'warning', null],
  [[point({ id: 'temperature.1.state' })], 'shutdown', 'its temperature is past critical'],
])('a temperature of %j: %s', (points, value, expected) => {
  expect(held(points, { [points[0]?.id ?? '']: value })).toMatchObject({ 'temperature-critical': expected })
})

test('one point past critical is enough, and a temperature without a limit says nothing', () => {
  const points = [
    ...oven,
    point({ id: 'room', class: 'temperature', unit: '°C' }),
    point({ id: 'temperature.2.state' }),
  ]
  expect(held(points, { room: 90, 'temperature.1': 20, 'temperature.2.state': 'critical' })).toMatchObject({
    'temperature-critical': 'its temperature is past critical',
  })
  expect(held(points.slice(1, 2), { room: 90 })).toMatchObject({ 'temperature-critical': null })
})

test('a storage that is full within a day', () => {
  const disk = (id: string) => point({ id, class: 'storage', unit: '%' })
  expect(held([disk('disk.1'), disk('disk.2')], {})).toMatchObject({
    'storage-nearly-full': 'its storage is full in about 5 h',
  })
  expect(held([disk('disk.2')], {})).toMatchObject({ 'storage-nearly-full': null })
})

test('a mark is over when the points that told of it are gone, and stays while they are not read', () => {
  expect(Object.values(held([], {}))).toEqual([null, null, null, null])
  expect(held(oven, {})).not.toHaveProperty('temperature-critical')
})
