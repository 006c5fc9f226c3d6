import fc from 'fast-check'
import { expect, test } from 'vitest'
import { refusalBackOffMs, silenceBackOffMs } from './back-off.ts'

const minute = 60_000

test('silence doubles the interval up to ten minutes', () => {
  expect([1, 2, 3, 4, 9].map((it) => silenceBackOffMs(it, minute) / minute)).toEqual([2, 4, 8, 10, 10])
})

test('refused credentials are tried four times in the first half hour or so, then once an hour', () => {
  expect([1, 2, 3, 4, 5, 6, 99].map((it) => refusalBackOffMs(it, minute) / minute)).toEqual([5, 10, 20, 40, 60, 60, 60])
})

test('backing off never reads more often than the interval, and never less as failures go on', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1000, max: 86_400_000 }), (failures, interval) => {
      for (const backOff of [silenceBackOffMs, refusalBackOffMs]) {
        expect(backOff(failures, interval)).toBeGreaterThanOrEqual(interval)
        expect(backOff(failures + 1, interval)).toBeGreaterThanOrEqual(backOff(failures, interval))
      }
    }),
  )
})
