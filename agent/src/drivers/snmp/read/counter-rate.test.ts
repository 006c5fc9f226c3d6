import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CounterSample, counterRate, hasRestarted } from './counter-rate.ts'

const sample = (value: bigint, atMs: number, bits: 32 | 64 = 32): CounterSample => ({
  ...{ low: Number(value & 0xffff_ffffn), high: Number(value >> 32n), bits, atMs },
})

describe('rate of a counter', () => {
  test('is what was gained over the time', () => {
    expect(counterRate(sample(1000n, 0), sample(4000n, 3000), false, null)).toBe(1000)
  })

  test('is not known from one sample, from two at once, or over a restart', () => {
    expect(counterRate(undefined, sample(1n, 0), false, null)).toBeNull()
    expect(counterRate(sample(1n, 5), sample(9n, 5), false, null)).toBeNull()
    expect(counterRate(sample(1n, 0), sample(9n, 1000), true, null)).toBeNull()
  })

  test('goes on over a 32-bit wrap that the speed allows, and not over a reset that looks like one', () => {
    const before = sample(4_294_967_000n, 0)
    expect(counterRate(before, sample(704n, 1000), false, 12_500_000)).toBe(1000)
    expect(counterRate(sample(1_000_000n, 0), sample(10n, 1000), false, 12_500_000)).toBeNull()
  })

  test('a 64-bit counter that goes back was reset', () => {
    expect(counterRate(sample(2n ** 64n - 1n, 0, 64), sample(5n, 1000, 64), false, null)).toBeNull()
    expect(counterRate(sample(5n, 0, 32), sample(9n, 1000, 64), false, null)).toBeNull()
  })

  test('any true rate below the limit is found again, wherever the 32-bit counter stands', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 12_500_000 }), (start, gain) => {
        const after = BigInt.asUintN(32, BigInt(start) + BigInt(gain))
        const rate = counterRate(sample(BigInt(start), 0), sample(after, 1000), false, 12_500_000)
        expect(rate).toBe(gain)
      }),
    )
  })
})

describe('restart by sysUpTime', () => {
  test('a lower uptime is a restart, a higher one is none', () => {
    expect(hasRestarted(100_000, 500, 60_000)).toBe(true)
    expect(hasRestarted(100_000, 106_000, 60_000)).toBe(false)
  })

  test('the wrap after 497 days is none', () => {
    expect(hasRestarted(2 ** 32 - 3000, 3000, 60_000)).toBe(false)
    expect(hasRestarted(2 ** 32 - 3000, 3_000_000, 60_000)).toBe(true)
  })
})
