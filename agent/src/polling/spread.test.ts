import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { firstTurn, fractionOf, nextTurn, phaseOf } from './spread.ts'

const names = Array.from({ length: 2000 }, (_, i) => `cam-${String(i + 1).padStart(4, '0')}`)

describe('spread', () => {
  test('neighbouring names are spread evenly over the interval', () => {
    const buckets = new Array<number>(20).fill(0)
    for (const name of names) {
      const bucket = Math.floor(phaseOf(name, 60_000) / 3000)
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
    }
    // 100 expected in each; five standard deviations either way.
    expect(Math.min(...buckets)).toBeGreaterThan(50)
    expect(Math.max(...buckets)).toBeLessThan(150)
  })

  test('a device keeps its place, and its next turn is after now and at most one interval away', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(10_000_000), fc.integer({ min: 100, max: 100_000 }), (name, now, intervalMs) => {
        const turn = nextTurn(fractionOf(name), now, intervalMs)
        expect(turn).toBeGreaterThan(now)
        expect(turn - now).toBeLessThanOrEqual(intervalMs)
        expect(Math.abs((turn - phaseOf(name, intervalMs)) % intervalMs)).toBe(0)
      }),
    )
  })

  test('a small site begins within a second, a large one over the interval', () => {
    expect(names.slice(0, 44).every((it) => firstTurn(it, 0, 10_000, 44, 5) <= 1000)).toBe(true)
    const last = Math.max(...names.map((it) => firstTurn(it, 0, 10_000, 5000, 5)))
    expect(last).toBeGreaterThan(9000)
    expect(last).toBeLessThanOrEqual(10_000)
  })
})
