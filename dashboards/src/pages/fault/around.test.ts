import { describe, expect, test } from 'vitest'
import { around, valuesAround } from './around.ts'

const opened = Date.parse('2026-03-01T06:00:00.000Z')
const minute = 60_000
const iso = (ms: number): string => new Date(ms).toISOString()
const bucket = (ms: number, last: number) => ({ at: iso(ms), count: 1, min: last, max: last, mean: last, last })

describe('the time around a fault', () => {
  test('ends now while it runs', () => {
    const it = around({ openedAt: iso(opened), closedAt: null }, opened + 5 * minute)
    expect(it).toMatchObject({ from: iso(opened - 30 * minute), to: iso(opened + 5 * minute), isOver: false })
  })

  test('ends half an hour after it closed', () => {
    const it = around({ openedAt: iso(opened), closedAt: iso(opened + 10 * minute) }, opened + 900 * minute)
    expect(it.to).toBe(iso(opened + 40 * minute))
  })

  test('is the beginning of a fault that lasts for days, and never empty', () => {
    expect(around({ openedAt: iso(opened), closedAt: null }, opened + 9000 * minute).to).toBe(
      iso(opened + 720 * minute),
    )
    expect(around({ openedAt: iso(opened), closedAt: null }, opened).to).toBe(iso(opened + 5 * minute))
  })
})

describe('the values around a fault', () => {
  const series = [bucket(opened - minute, 5), bucket(opened + 12 * minute, 7)]

  test('a device that was silent has none at the time', () => {
    const values = valuesAround(series, { openedMs: opened, closedMs: opened + 10 * minute })
    expect(values).toEqual({ before: 5, at: null, after: 7 })
  })

  test('one that was read has', () => {
    expect(valuesAround(series, { openedMs: opened, closedMs: null })).toEqual({ before: 5, at: 7, after: null })
  })
})
