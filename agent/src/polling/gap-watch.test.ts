import { describe, expect, test } from 'vitest'
import { createGapWatch } from './gap-watch.ts'

const settings = { toleranceMs: 3000, graceMs: 10_000 }

describe('gaps', () => {
  test('beats in time are none', () => {
    const gaps = createGapWatch(settings)
    const found = [0, 500, 1000, 1900, 2500].map((it) => gaps.beat(it, 1_000_000 + it))
    expect(found).toEqual([false, false, false, false, false])
    expect(gaps.isDoubtful(2400)).toBe(false)
  })

  test('a machine that slept: the wall clock jumped, and for a while no failure counts', () => {
    const gaps = createGapWatch(settings)
    gaps.beat(0, 1_000_000)
    expect(gaps.beat(500, 1_000_500 + 3_600_000)).toBe(true)
    expect(gaps.isDoubtful(400)).toBe(true)
    expect(gaps.isDoubtful(10_000)).toBe(true)
    expect(gaps.isDoubtful(10_501)).toBe(false)
  })

  test('a process that was stuck: what was asked before does not count, what is asked now does', () => {
    const gaps = createGapWatch(settings)
    gaps.beat(0, 1_000_000)
    expect(gaps.beat(4000, 1_004_000)).toBe(true)
    expect(gaps.isDoubtful(3900)).toBe(true)
    expect(gaps.isDoubtful(4001)).toBe(false)
  })

  test('a wall clock that is set back is no gap', () => {
    const gaps = createGapWatch(settings)
    gaps.beat(0, 1_000_000)
    expect(gaps.beat(500, 1_000_500 - 3_600_000)).toBe(false)
  })
})
