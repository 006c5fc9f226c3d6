import { expect, test } from 'vitest'
import { nextAttempt } from './backoff.ts'

const after = (attempts: number, retryAfterMs: number | null = null) =>
  nextAttempt({ attempts, decidedAt: 0, now: 0, retryAfterMs })

test('one second first, doubled to half an hour', () => {
  expect([1, 2, 3, 10, 11, 12, 40].map((it) => after(it))).toEqual([
    1000, 2000, 4000, 512_000, 1_024_000, 1_800_000, 1_800_000,
  ])
})

test('never before the receiver asked for, never later than a day after the alert', () => {
  expect(after(1, 600_000)).toBe(600_000)
  expect(after(12, 1000)).toBe(1_800_000)
  expect(
    nextAttempt({ attempts: 60, decidedAt: 0, now: 24 * 3_600_000 - 1_800_000, retryAfterMs: null }),
  ).not.toBeNull()
  expect(nextAttempt({ attempts: 60, decidedAt: 0, now: 24 * 3_600_000 - 1_799_999, retryAfterMs: null })).toBeNull()
})
