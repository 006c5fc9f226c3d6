import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Repetition } from '../model/index.ts'
import { dateAt, endOf, instantAt, nextSpans, runningSpan, type Span, spansOf } from './index.ts'

const dayMs = 86_400_000
const zones = ['Europe/Berlin', 'America/Santiago', 'Asia/Shanghai', 'Australia/Lord_Howe', 'Africa/Cairo', 'UTC']
const time = fc.integer({ min: 0, max: 95 }).map((it) => {
  const [hour, quarter] = [Math.floor(it / 4), (it % 4) * 15]
  return `${String(hour).padStart(2, '0')}:${String(quarter).padStart(2, '0')}`
})
const instant = fc.integer({ min: Date.UTC(2025, 0), max: Date.UTC(2027, 11) }).map((it) => it - (it % 60_000))
const iso = (ms: number): string => new Date(ms).toISOString()
const hours = { fromTime: time, toTime: time, lastsDays: fc.integer({ min: 1, max: 6 }) }
const weekly = fc.record(
  {
    every: fc.constant('week' as const),
    days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
    ...hours,
  },
  { requiredKeys: ['every', 'days', 'fromTime', 'toTime'] },
)
const onDates = fc.record(
  {
    every: fc.constant('date' as const),
    dates: fc.array(
      instant.map((it) => iso(it).slice(0, 10)),
      { minLength: 1, maxLength: 20 },
    ),
    ...hours,
  },
  { requiredKeys: ['every', 'dates', 'fromTime', 'toTime'] },
)
const bounds = fc.record({ since: instant.map(iso), until: instant.map(iso) }, { requiredKeys: [] })
const window = fc
  .tuple(fc.oneof(weekly, onDates), bounds, fc.array(instant.map(iso), { maxLength: 5 }))
  .map(([repeats, within, cuts]) => ({ repeats: { ...repeats, ...within }, cuts }))
const zone = fc.constantFrom(...zones)

/** What the clock on the wall shows, read in another way than the code does. */
function wall(ms: number, timezone: string): { date: string; time: string } {
  const [date = '', at = ''] = new Date(ms).toLocaleString('sv-SE', { timeZone: timezone }).split(' ')
  return { date, time: at.slice(0, 5) }
}

const repeating = (repeats: Repetition) => ({ repeats, cuts: [] })
const shown = (spans: readonly Span[]): string[] => spans.map((it) => `${iso(it.from)} ${iso(it.to)}`)

describe('a local time', () => {
  test.each([
    ['2026-03-29 02:30', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
    ['2026-03-29 03:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
    ['2026-10-25 02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25 03:00', 'Europe/Berlin', '2026-10-25T02:00:00.000Z'],
    // Midnight itself is left out, and comes twice.
    ['2026-09-06 00:00', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
    ['2026-04-04 23:30', 'America/Santiago', '2026-04-05T02:30:00.000Z'],
    ['2026-04-05 00:00', 'America/Santiago', '2026-04-05T04:00:00.000Z'],
    // Half an hour.
    ['2026-10-04 02:15', 'Australia/Lord_Howe', '2026-10-03T15:30:00.000Z'],
  ])('%s in %s', (local, timezone, expected) => {
    const [date = '', at = ''] = local.split(' ')
    expect(iso(instantAt(date, at, timezone))).toBe(expected)
  })

  test('is the first instant at which the clock shows it', () => {
    fc.assert(
      fc.property(instant, zone, (ms, timezone) => {
        const { date, time: at } = wall(ms, timezone)
        expect(dateAt(ms, timezone)).toBe(date)
        const found = instantAt(date, at, timezone)
        expect(wall(found, timezone)).toEqual({ date, time: at })
        // Earlier only where the clock shows the time twice.
        expect([0, 1_800_000, 3_600_000]).toContain(ms - found)
      }),
    )
  })
})

describe('a window that recurs', () => {
  const everyNight = (timezone: string, from: string, to: string, month: number, day: number) =>
    shown(
      spansOf(repeating({ every: 'week', days: [1, 2, 3, 4, 5, 6, 7], fromTime: from, toTime: to }), timezone, {
        from: Date.UTC(2026, month - 1, day, 3),
        to: Date.UTC(2026, month - 1, day, 4, 30),
      }),
    )

  test('goes over midnight', () => {
    const friday = repeating({ every: 'week', days: [5], fromTime: '22:00', toTime: '02:00' })
    const spans = spansOf(friday, 'Asia/Shanghai', { from: Date.UTC(2026, 10, 27), to: Date.UTC(2026, 10, 30) })
    expect(shown(spans)).toEqual(['2026-11-27T14:00:00.000Z 2026-11-27T18:00:00.000Z'])
    // On Saturday at one it is under way, on Friday at one it is not.
    expect(runningSpan(friday, 'Asia/Shanghai', Date.UTC(2026, 10, 27, 17))).toEqual(spans[0])
    expect(runningSpan(friday, 'Asia/Shanghai', Date.UTC(2026, 10, 26, 17))).toBeNull()
  })

  test('keeps to the clock on the wall when clocks change', () => {
    expect(everyNight('Europe/Berlin', '22:00', '06:00', 3, 29)).toEqual([
      '2026-03-28T21:00:00.000Z 2026-03-29T04:00:00.000Z',
    ])
    expect(everyNight('Europe/Berlin', '22:00', '06:00', 10, 25)).toEqual([
      '2026-10-24T20:00:00.000Z 2026-10-25T05:00:00.000Z',
    ])
    expect(everyNight('America/Santiago', '00:00', '06:00', 9, 6)).toEqual([
      '2026-09-06T04:00:00.000Z 2026-09-06T09:00:00.000Z',
    ])
  })

  test('does not take place where all of it is left out', () => {
    const short = repeating({ every: 'date', dates: ['2026-03-29'], fromTime: '02:10', toTime: '02:50' })
    expect(spansOf(short, 'Europe/Berlin', { from: 0, to: Date.UTC(2030, 0) })).toEqual([])
    expect(endOf(short, 'Europe/Berlin')).toBe(0)
  })

  test('is under way exactly while the clock says so, on days on which no clock is changed', () => {
    fc.assert(
      fc.property(fc.oneof(weekly, onDates), zone, instant, (repeats, timezone, ms) => {
        const around = Array.from({ length: 10 }, (_, it) => wall(ms + (it - 8) * dayMs, timezone))
        fc.pre(new Set(around.map((it) => it.time)).size === 1)
        const now = wall(ms, timezone)
        const begins = (date: string): boolean =>
          repeats.every === 'date'
            ? repeats.dates.includes(date)
            : repeats.days.includes(new Date(`${date}T12:00:00Z`).getUTCDay() || 7)
        const length = repeats.lastsDays ?? (repeats.toTime <= repeats.fromTime ? 1 : 0)
        // Day by day back: has it begun then, and not ended yet?
        const byClock = Array.from({ length: length + 1 }, (_, back) => {
          const hasBegun = back > 0 || now.time >= repeats.fromTime
          const isOver = back === length && now.time >= repeats.toTime
          return begins(wall(ms - back * dayMs, timezone).date) && hasBegun && !isOver
        }).includes(true)
        expect(runningSpan(repeating(repeats), timezone, ms) !== null).toBe(byClock)
      }),
      { numRuns: 500 },
    )
  })

  test('is the same whatever span is asked about', () => {
    fc.assert(
      fc.property(window, zone, instant, fc.tuple(fc.nat(), fc.nat(), fc.nat()), (it, timezone, start, lengths) => {
        const [a, b, c] = lengths.map((length) => length % (40 * dayMs))
        const inner = { from: start + (a ?? 0), to: start + (a ?? 0) + (b ?? 0) }
        const outer = { from: start, to: inner.to + (c ?? 0) }
        const touches = (span: Span): boolean => b !== 0 && span.from < inner.to && span.to > inner.from
        expect(spansOf(it, timezone, inner)).toEqual(spansOf(it, timezone, outer).filter(touches))
      }),
      { numRuns: 300 },
    )
  })

  test('lasts over a weekend', () => {
    const weekend = repeating({ every: 'week', days: [5], fromTime: '18:00', toTime: '06:00', lastsDays: 3 })
    const spans = spansOf(weekend, 'Europe/Berlin', { from: Date.UTC(2026, 9, 25), to: Date.UTC(2026, 9, 26) })
    // With the night on which clocks are put back.
    expect(shown(spans)).toEqual(['2026-10-23T16:00:00.000Z 2026-10-26T05:00:00.000Z'])
  })

  test('takes place one after the other, within its bounds, and never past where it was cut', () => {
    fc.assert(
      fc.property(window, zone, (it, timezone) => {
        const spans = spansOf(it, timezone, { from: Date.UTC(2025, 0), to: Date.UTC(2028, 0) })
        for (const [at, { from, to }] of spans.entries()) {
          expect(from).toBeLessThan(to)
          const before = spans[at - 1]
          expect(from).toBeGreaterThanOrEqual(before?.from ?? 0)
          // Only one that lasts for days can meet itself.
          if (it.repeats.lastsDays === undefined) expect(from).toBeGreaterThanOrEqual(before?.to ?? 0)
          expect(it.cuts.map((cut) => Date.parse(cut)).filter((cut) => from < cut && cut < to)).toEqual([])
          if (it.repeats.since !== undefined) expect(from).toBeGreaterThanOrEqual(Date.parse(it.repeats.since))
          if (it.repeats.until !== undefined) expect(to).toBeLessThanOrEqual(Date.parse(it.repeats.until))
        }
        const end = endOf(it, timezone)
        if (end !== null) expect(spans.filter((span) => span.to > end)).toEqual([])
      }),
    )
  })

  test('names its next times', () => {
    fc.assert(
      fc.property(window, zone, instant, (it, timezone, after) => {
        const next = nextSpans(it, timezone, after, 3)
        const all = spansOf(it, timezone, { from: after, to: Math.max(after, Date.UTC(2028, 0)) + 60 * dayMs })
        expect(next).toEqual(all.filter((span) => span.from > after).slice(0, 3))
      }),
    )
  })
})

test('a window that is there once is what it says', () => {
  const once = { from: '2026-03-01T10:00:00Z', to: '2026-03-01T12:00:00+01:00', cuts: [] }
  const [from, to] = [Date.UTC(2026, 2, 1, 10), Date.UTC(2026, 2, 1, 11)]
  expect(spansOf(once, 'UTC', { from: 0, to: Date.UTC(2030, 0) })).toEqual([{ from, to }])
  expect(runningSpan(once, 'UTC', from)).toEqual({ from, to })
  expect(runningSpan(once, 'UTC', to)).toBeNull()
  expect(nextSpans(once, 'UTC', 0, 3)).toEqual([{ from, to }])
  expect(endOf(once, 'UTC')).toBe(to)
})
