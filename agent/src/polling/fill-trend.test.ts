import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Fill, fullInMs, withFill } from './fill-trend.ts'

const hourMs = 3_600_000

/** Read every minute; `percentAt` is asked with hours. */
function watched(hours: number, percentAt: (hour: number) => number): Fill {
  let fill: Fill = []
  for (let atMs = 0; atMs <= hours * hourMs; atMs += 60_000) fill = withFill(fill, atMs, percentAt(atMs / hourMs))
  return fill
}

test('what fills evenly is full when it says', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), fc.double({ min: 0.7, max: 5, noNaN: true }), (start, perHour) => {
      const fill = watched(6, (hour) => start + perHour * hour)
      expect((fullInMs(fill) ?? 0) / hourMs).toBeCloseTo((100 - start - 6 * perHour) / perHour, 3)
    }),
  )
})

test('less than an hour, a level that stays, and one that falls say nothing', () => {
  expect(fullInMs(watched(0.9, (hour) => 50 + 10 * hour))).toBeNull()
  expect(fullInMs(watched(6, (hour) => 99 + (hour % 2) * 0.2))).toBeNull()
  expect(fullInMs(watched(6, (hour) => 80 - hour))).toBeNull()
  expect(fullInMs([])).toBeNull()
})

test('what was deleted six hours ago is forgotten, and no more is kept than that', () => {
  const fill = watched(24, (hour) => (hour < 12 ? 90 : 10 + hour))
  expect(fill.length).toBeLessThanOrEqual(73)
  expect((fullInMs(fill) ?? 0) / hourMs).toBeCloseTo(66, 0)
})
