import { describe, expect, test } from 'vitest'
import type { Catalogue } from './catalogue.ts'
import { chooseSources, widestTier } from './choose-sources.ts'
import { dayMs, monthOf, nextMonth, type Segment } from './layout.ts'

const hour = 3_600_000
const start = Date.UTC(2026, 5, 1)
const request = (over: object) => ({
  site: 's',
  device: 'd',
  point: 'p',
  from: start,
  to: start + dayMs,
  buckets: 24,
  ...over,
})

describe('which roll-up serves', () => {
  test.each([
    ['spans of a minute', { buckets: 1440 }, 'raw'],
    ['spans of 5 minutes that begin with theirs', { buckets: 288 }, '5m'],
    ['spans of 5 minutes that begin elsewhere', { from: start + 1, to: start + dayMs + 1, buckets: 288 }, 'raw'],
    ['spans of more than 20 minutes, wherever they begin', { from: start + 1, buckets: 70 }, '5m'],
    ['spans of an hour', { buckets: 24 }, '1h'],
    ['spans of 90 minutes: no whole number of hours', { buckets: 16 }, '5m'],
    ['spans of more than 4 hours, wherever they begin', { from: start + 1, buckets: 5 }, '1h'],
  ])('%s', (_name, over, tier) => {
    expect(widestTier(request(over))).toBe(tier)
  })
})

function catalogueOf(days: number, over: Partial<Catalogue> = {}): Catalogue {
  const daily = (tier: 'raw' | '5m'): Segment[] =>
    Array.from({ length: days }, (_, i) => {
      const from = start + i * dayMs
      return { file: `${tier}-${i}`, customer: 'acme', tier, from, to: from + dayMs }
    })
  const month = {
    file: 'month',
    customer: 'acme',
    tier: '1h' as const,
    from: monthOf(start),
    to: nextMonth(monthOf(start)),
  }
  return {
    tables: [],
    frozen: new Set(),
    segments: [...daily('raw'), ...daily('5m'), month],
    customers: new Map([['s', ['acme']]]),
    writtenAt: new Map(),
    ...over,
  }
}

describe('what is read', () => {
  test('each day once', () => {
    const whole = { from: start, to: start + 3 * dayMs }
    expect(chooseSources(catalogueOf(3), request({ ...whole, buckets: 72 }))).toEqual({
      tables: [],
      values: [],
      rolledUp: [{ file: 'month', spans: [{ from: start, to: start + 3 * dayMs }] }],
    })
    expect(chooseSources(catalogueOf(3), request({ ...whole, buckets: 5000 })).values).toEqual([
      'raw-0',
      'raw-1',
      'raw-2',
    ])
  })

  test('a day with late values whole, the others rolled up', () => {
    const late = { name: 'day_20260602_1', day: start + dayMs }
    const sources = chooseSources(catalogueOf(3, { tables: [late] }), request({ to: start + 3 * dayMs, buckets: 72 }))
    expect(sources).toEqual({
      tables: [late],
      values: ['raw-1'],
      rolledUp: [
        {
          file: 'month',
          spans: [
            { from: start, to: start + dayMs },
            { from: start + 2 * dayMs, to: start + 3 * dayMs },
          ],
        },
      ],
    })
  })

  test('the finest that is left where values are past their time', () => {
    const catalogue = catalogueOf(1)
    catalogue.segments = catalogue.segments.filter((it) => it.tier === '1h')
    expect(chooseSources(catalogue, request({ buckets: 1440 })).rolledUp.map((it) => it.file)).toEqual(['month'])
  })

  test('files of every customer that the site had, and of nobody else', () => {
    const catalogue = catalogueOf(1)
    catalogue.segments.push({ file: 'old', customer: 'before', tier: 'raw', from: start, to: start + dayMs })
    catalogue.segments.push({ file: 'foreign', customer: 'other', tier: 'raw', from: start, to: start + dayMs })
    catalogue.customers.set('s', ['before', 'acme'])
    expect(chooseSources(catalogue, request({ buckets: 1440 })).values).toEqual(['old', 'raw-0'])
    expect(chooseSources(catalogue, request({ site: 'unknown' }))).toEqual({ tables: [], values: [], rolledUp: [] })
  })

  test('days that the request only touches', () => {
    const sources = chooseSources(
      catalogueOf(3),
      request({ from: start + dayMs - 1, to: start + dayMs + hour, buckets: 3 }),
    )
    expect(sources.values).toEqual([])
    expect(sources.rolledUp.map((it) => it.file)).toEqual(['5m-0', '5m-1'])
  })
})
