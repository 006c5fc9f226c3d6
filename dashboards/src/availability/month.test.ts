import { expect, test } from 'vitest'
import { minutesOf, stepMonth, writeMonth, writeShare } from './month.ts'

test('months step over the turn of the year', () => {
  expect(stepMonth('2026-01', -1)).toBe('2025-12')
  expect(stepMonth('2026-12', 1)).toBe('2027-01')
  expect(writeMonth('2026-11', 'zh-CN')).toBe('2026年11月')
  expect(writeMonth('2026-11', 'en')).toBe('November 2026')
})

test('a share is never written better than it was', () => {
  expect(writeShare(100, 'en')).toBe('100%')
  expect(writeShare(99.9999, 'en')).toBe('99.999%')
  expect(writeShare(99.5, 'en')).toBe('99.50%')
  expect(writeShare(0, 'en')).toBe('0.00%')
  expect(minutesOf(1)).toBe(1)
  expect(minutesOf(0)).toBe(0)
})
