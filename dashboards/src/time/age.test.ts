import { describe, expect, test } from 'vitest'
import { refreshEveryMs, spanOf } from './age.ts'

describe('the span of a time', () => {
  test.each([
    [-5000, { unit: 's', value: 0 }],
    [59_999, { unit: 's', value: 59 }],
    [60_000, { unit: 'min', value: 1 }],
    [3_599_999, { unit: 'min', value: 59 }],
    [3_600_000, { unit: 'h', value: 1 }],
    [12_000_000, { unit: 'h', value: 3, rest: { unit: 'min', value: 20 } }],
    [11 * 3_600_000 + 60_000, { unit: 'h', value: 11 }],
    [5 * 86_400_000 + 4 * 3_600_000, { unit: 'd', value: 5, rest: { unit: 'h', value: 4 } }],
    [40 * 86_400_000 + 4 * 3_600_000, { unit: 'd', value: 40 }],
  ])('%d ms', (ms, span) => {
    expect(spanOf(ms)).toEqual(span)
  })

  test('seconds are shown live, minutes need no look every second', () => {
    expect(refreshEveryMs(3000)).toBe(1000)
    expect(refreshEveryMs(300_000)).toBe(10_000)
  })
})
