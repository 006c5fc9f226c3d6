import { expect, test } from 'vitest'
import { dayTicks } from './ticks.ts'

const iso = (ticks: readonly number[]): string[] => ticks.map((it) => new Date(it).toISOString())

test('days begin at midnight of the zone', () => {
  const from = Date.parse('2026-03-01T10:00:00Z')
  const ticks = iso(dayTicks(from, from + 3 * 86_400_000, 'Asia/Shanghai'))
  expect(ticks[0]).toBe('2026-03-01T16:00:00.000Z')
  expect(ticks.every((it) => it.endsWith('T16:00:00.000Z') || it.includes(':00:00.000Z'))).toBe(true)
})

test('a zone half an hour aside has its own midnight', () => {
  const from = Date.parse('2026-03-01T00:00:00Z')
  expect(iso(dayTicks(from, from + 7 * 86_400_000, 'Asia/Kolkata'))[0]).toBe('2026-03-01T18:30:00.000Z')
})

test('there are never more than can be read', () => {
  const from = Date.parse('2026-03-01T00:00:00Z')
  for (const hours of [1, 6, 24, 168, 720]) {
    expect(dayTicks(from, from + hours * 3_600_000, 'Asia/Shanghai').length).toBeLessThanOrEqual(10)
  }
})
