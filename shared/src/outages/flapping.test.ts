import { expect, test } from 'vitest'
import { type FlapState, flappingEndsAt, onChange, onTime, steady } from './index.ts'

const figures = { changes: 5, windowMs: 600_000 }
const changesAt = (...minutes: number[]): FlapState =>
  minutes.reduce((state, minute) => onChange(state, minute * 60_000, figures), steady)

test('5 changes within 10 min are flapping, the ends included', () => {
  expect(changesAt(0, 1, 2, 3).flapping).toBe(false)
  expect(changesAt(0, 1, 2, 3, 10).flapping).toBe(true)
  expect(changesAt(0, 1, 2, 3, 10.001).flapping).toBe(false)
  expect(changesAt(0, 11, 12, 13, 14, 15).flapping).toBe(true)
})

test('it lasts until 10 min without a change', () => {
  const flapping = changesAt(0, 1, 2, 3, 4)
  expect(flappingEndsAt(flapping, figures)).toBe(14 * 60_000)
  expect(onTime(flapping, 14 * 60_000 - 1, figures).flapping).toBe(true)
  expect(onTime(flapping, 14 * 60_000, figures).flapping).toBe(false)
  const longer = onChange(flapping, 13 * 60_000, figures)
  expect(flappingEndsAt(longer, figures)).toBe(23 * 60_000)
})

test('what is steady has no end, and one change after the end does not start it again', () => {
  expect(flappingEndsAt(changesAt(0, 1), figures)).toBeNull()
  const over = onTime(changesAt(0, 1, 2, 3, 4), 14 * 60_000, figures)
  expect(onChange(over, 14.5 * 60_000, figures).flapping).toBe(false)
})
