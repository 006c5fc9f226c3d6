import { expect, test } from 'vitest'
import { sparkPath } from './spark-path.ts'

const start = Date.parse('2026-03-01T06:00:00.000Z')
const iso = (ms: number): string => new Date(ms).toISOString()
const bucket = (i: number, mean: number | null) => ({
  at: iso(start + i * 60_000),
  count: 1,
  min: mean,
  max: mean,
  mean,
  last: mean ?? 'on',
})
const series = (buckets: ReturnType<typeof bucket>[]) => ({
  from: iso(start),
  to: iso(start + 600_000),
  bucketMs: 60_000,
  buckets,
})

test('the line spans the height, and a gap begins it anew', () => {
  expect(sparkPath(series([bucket(0, 1), bucket(1, 2), bucket(9, 1)]), 100, 26)).toBe('M0 23L10 3M90 23')
})

test('what does not move lies in the middle', () => {
  expect(sparkPath(series([bucket(0, 5), bucket(5, 5)]), 100, 20)).toBe('M0 10M50 10')
})

test('words have no line', () => {
  expect(sparkPath(series([bucket(0, null)]), 100, 20)).toBe('')
})
