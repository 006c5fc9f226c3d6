import { describe, expect, test } from 'vitest'
import { bucketCount, fixedSpan, spanOfSearch } from './span.ts'

const now = Date.parse('2026-03-01T06:00:07.123Z')

describe('the time that charts show', () => {
  test('ends now, at a whole step, where a length is given', () => {
    const span = spanOfSearch({ range: '1h' }, now)
    expect(span.toMs - span.fromMs).toBe(3_600_000)
    expect(span.toMs % span.stepMs).toBe(0)
    expect(span.toMs).toBeGreaterThanOrEqual(now)
    expect(span.toMs - now).toBeLessThan(span.stepMs)
    expect(span.isLive).toBe(true)
  })

  test('stays the same question within a step', () => {
    expect(spanOfSearch({ range: '1h' }, now + 1)).toEqual(spanOfSearch({ range: '1h' }, now))
  })

  test('is what was zoomed to', () => {
    const span = spanOfSearch({ range: '7d', from: '2026-03-01T05:00:00.000Z', to: '2026-03-01T05:30:00.000Z' }, now)
    expect(span).toMatchObject({ isLive: false, stepMs: 1_800_000 / bucketCount })
  })

  test('a wrong order of instants is left aside', () => {
    const search = { from: '2026-03-01T05:30:00.000Z', to: '2026-03-01T05:00:00.000Z' }
    expect(spanOfSearch(search, now).isLive).toBe(true)
  })

  test('cannot be zoomed to nothing', () => {
    expect(fixedSpan(now, now + 5).toMs - now).toBe(60_000)
  })
})
