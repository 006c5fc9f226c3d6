import fc from 'fast-check'
import { expect, test } from 'vitest'
import { onPace, type Pace, typicalSeconds, unhurried } from './slowness.ts'

const after = (times: readonly (number | null)[], before: Pace = unhurried): Pace =>
  times.reduce<Pace>((pace, it) => onPace(pace, it ?? 1000, 1000, it !== null), before)

test('five slow answers of six are slow, one is not', () => {
  expect(after([20, 20, 900, 20, 20, 20]).isSlow).toBe(false)
  expect(after([20, 700, 800, 600, 700, 900]).isSlow).toBe(true)
  expect(typicalSeconds(after([20, 700, 800, 600, 700, 900]), 1000)).toBe(0.7)
})

test('late answers count with the slow ones, silence alone does not', () => {
  expect(after([700, null, 800, null, 900, 700]).isSlow).toBe(true)
  expect(after([null, null, null, null, null, null]).isSlow).toBe(false)
})

test('a device that was down is judged anew when it is back', () => {
  const back = after([null, null, null, null, null, null, null])
  expect(after([20], back).isSlow).toBe(false)
  expect(after([700, 700, 700, 700], back).isSlow).toBe(false)
  expect(after([700, 700, 700, 700, 700], back).isSlow).toBe(true)
  expect(after([null, null, null], after([700, 800, 600, 900, 700])).isSlow).toBe(false)
})

test('it stays slow until six answers in a row were not', () => {
  const slow = after([700, 800, 600, 900, 700])
  expect(after([20, 20, 20, 20, 20], slow).isSlow).toBe(true)
  expect(after([20, 20, 20, 20, 20, 20], slow).isSlow).toBe(false)
})

test('a device that answers in time is never slow', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 549 }), { maxLength: 50 }), (times) => {
      expect(after(times).isSlow).toBe(false)
    }),
  )
})
