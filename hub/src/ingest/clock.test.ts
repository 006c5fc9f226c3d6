import { expect, test } from 'vitest'
import { clockOf } from './clock.ts'

const now = Date.UTC(2026, 5, 1)
const minute = 60_000

test('times of an agent whose clock is right, or nearly, stay as they are', () => {
  for (const skew of [0, 4 * minute, -4 * minute]) {
    expect(clockOf(now + skew, now).toHubTime(now - 3_600_000)).toBe(now - 3_600_000)
  }
})

test('times of a clock that is hours off are moved by the difference, so that spans between them stay', () => {
  const { skewMs, toHubTime } = clockOf(now + 7_200_000, now)
  expect(skewMs).toBe(7_200_000)
  expect([toHubTime(now + 7_200_000), toHubTime(now + 7_200_000 - minute)]).toEqual([now, now - minute])
  expect(clockOf(now - 7_200_000, now).toHubTime(now - 7_200_000)).toBe(now)
})

test('a time that is in the future even so becomes the time of arrival', () => {
  expect(clockOf(now, now).toHubTime(now + 6 * minute)).toBe(now)
  expect(clockOf(0, now).toHubTime(8.64e15)).toBe(now)
})

test('nothing happened before 1970', () => {
  expect(clockOf(now + 10 * minute, now).toHubTime(0)).toBe(0)
})
