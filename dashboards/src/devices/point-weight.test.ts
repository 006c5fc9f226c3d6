import type { PointNow } from '@steward/shared/api'
import { expect, test } from 'vitest'
import { byWeight, firstCharts } from './point-weight.ts'

const point = (id: string, more: Partial<PointNow> = {}): PointNow => ({
  id,
  class: '',
  instance: '',
  name: id,
  unit: '',
  value: 1,
  at: null,
  stale: false,
  ...more,
})

const points = [
  point('if.12.in', { class: 'traffic', instance: '12' }),
  point('door', { value: 'closed' }),
  point('if.9.in', { class: 'traffic', instance: '9' }),
  point('uptime'),
  point('temperature.supply', { class: 'temperature' }),
]

test('figures of the whole device first, then of its parts in their order, then words', () => {
  expect([...points].sort(byWeight).map((it) => it.id)).toEqual([
    'temperature.supply',
    'uptime',
    'if.9.in',
    'if.12.in',
    'door',
  ])
})

test('only figures are drawn at first, and not too many', () => {
  const charts = firstCharts([...points, point('a'), point('b'), point('c')])
  expect(charts).toHaveLength(4)
  expect(charts.every((it) => typeof it.value === 'number')).toBe(true)
})
