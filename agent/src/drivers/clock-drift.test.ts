import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createClockWatch, driftSeconds } from './clock-drift.ts'

/** A device that is `offsetMs` ahead, asked at `atMs`; the question takes `there` ms to it and `back` ms from it. */
function told(offsetMs: number, atMs: number, there: number, back: number, resolutionMs = 1000) {
  const readAt = atMs + there + offsetMs
  return {
    toldMs: Math.floor(readAt / resolutionMs) * resolutionMs,
    resolutionMs,
    tookMs: there + back,
    endedMs: atMs + there + back,
  }
}

describe('the clock of a device', () => {
  test('one telling leaves half a second and half a round trip open, and never more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e7, max: 1e7 }),
        fc.integer({ min: 1.7e12, max: 1.8e12 }),
        fc.nat(2000),
        fc.nat(2000),
        (offset, at, there, back) => {
          const found = createClockWatch().take(told(offset, at, there, back))
          expect(Math.abs(found - offset)).toBeLessThanOrEqual((1000 + there + back) / 2)
        },
      ),
    )
  })

  test('several tellings find out more than one: whole seconds give a tenth or so', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e7, max: 1e7 }), (offset) => {
        const watch = createClockWatch()
        let found = 0
        for (let i = 0; i < 40; i += 1) found = watch.take(told(offset, 1_750_000_000_000 + i * 60_037, 2, 2))
        expect(Math.abs(found - offset)).toBeLessThanOrEqual(120)
      }),
    )
  })

  test('a clock that runs ahead is followed', () => {
    const watch = createClockWatch()
    for (let i = 0; i < 200; i += 1) {
      const offset = i * 60_000 * 100e-6
      expect(Math.abs(watch.take(told(offset, 1_750_000_000_000 + i * 60_000, 5, 5)) - offset)).toBeLessThan(520)
    }
  })

  test('a clock that was set is seen at once', () => {
    const watch = createClockWatch()
    watch.take(told(90_000, 1_750_000_000_000, 5, 5))
    expect(Math.abs(watch.take(told(0, 1_750_000_060_000, 5, 5)))).toBeLessThan(520)
  })

  test('is shown in tenths of a second', () => {
    expect([driftSeconds(1249), driftSeconds(-90_040), driftSeconds(30)]).toEqual([1.2, -90, 0])
  })
})
