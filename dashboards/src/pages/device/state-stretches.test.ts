import { describe, expect, test } from 'vitest'
import { knownRange, stretchesOf, uptimeOf } from './state-stretches.ts'

const iso = (ms: number): string => new Date(ms).toISOString()
const change = (ms: number, state: 'up' | 'down' | 'unknown') => ({ at: iso(ms), state })

describe('the states of a device as stretches', () => {
  test('begin where they are shown and reach to now', () => {
    const history = [change(0, 'up'), change(5000, 'down'), change(7000, 'up')]
    expect(stretchesOf(history, 1000, 10_000)).toEqual([
      { fromMs: 1000, toMs: 5000, state: 'up' },
      { fromMs: 5000, toMs: 7000, state: 'down' },
      { fromMs: 7000, toMs: 10_000, state: 'up' },
    ])
  })

  test('what was before the time shown, and a repeated state, make no stretch of their own', () => {
    const history = [change(0, 'down'), change(500, 'up'), change(2000, 'up')]
    expect(stretchesOf(history, 1000, 3000)).toEqual([{ fromMs: 1000, toMs: 3000, state: 'up' }])
  })

  test('without a change there is nothing to show', () => {
    expect(stretchesOf([], 0, 1000)).toEqual([])
  })
})

describe('what they come to', () => {
  test('unknown time counts neither for nor against', () => {
    const stretches = stretchesOf([change(0, 'up'), change(600, 'unknown'), change(900, 'down')], 0, 1000)
    expect(uptimeOf(stretches)).toEqual({ share: 1 - 100 / 700, knownMs: 700, outages: 1, longestMs: 100 })
  })

  test('never seen is not up', () => {
    expect(uptimeOf([])).toMatchObject({ share: 0, knownMs: 0, outages: 0 })
  })
})

test('the band is as long as what is known, and at most a week', () => {
  const hour = 3_600_000
  expect(knownRange([change(0, 'up')], hour / 2)).toBe('1h')
  expect(knownRange([change(0, 'up')], 5 * hour)).toBe('6h')
  expect(knownRange([change(0, 'up')], 1000 * hour)).toBe('7d')
  expect(knownRange([], hour)).toBe('7d')
})
