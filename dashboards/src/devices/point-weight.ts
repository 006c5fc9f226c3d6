/** Which points a person wants to see first: those of the device as a whole before those of its many ports. */
import type { PointNow } from '@steward/shared/api'

const first = [
  'temperature',
  'humidity',
  'battery',
  'runtime',
  'load',
  'power',
  'energy',
  'voltage',
  'current',
  'frequency',
  'pressure',
  'flow',
  'speed',
  'cpu',
  'memory',
  'storage',
  'traffic',
  'latency',
] as const

function weightOf(point: PointNow): number {
  const at = first.findIndex((it) => point.class.includes(it) || point.id.includes(it))
  const isFigure = typeof point.value === 'number'
  const isOne = point.instance === '' || point.instance === '0' || point.instance === '1'
  return (isFigure ? 0 : 1000) + (isOne ? 0 : 100) + (at === -1 ? first.length : at)
}

export function byWeight(a: PointNow, b: PointNow): number {
  return weightOf(a) - weightOf(b) || names.compare(a.id, b.id)
}

const names = new Intl.Collator('en', { numeric: true })
const shownCharts = 4

/** The points whose charts show before anybody has chosen any. */
export function firstCharts(points: readonly PointNow[]): PointNow[] {
  const figures = points.filter((it) => typeof it.value === 'number').sort(byWeight)
  return figures.slice(0, shownCharts)
}
