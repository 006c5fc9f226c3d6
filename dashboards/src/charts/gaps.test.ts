import { describe, expect, test } from 'vitest'
import { columnsOf, gapMs, isOfWords, wordSpans } from './gaps.ts'

const start = Date.parse('2026-03-01T06:00:00.000Z')
const minute = 60_000
const bucket = (i: number, value: number | string) => ({
  at: new Date(start + i * minute).toISOString(),
  count: 1,
  min: typeof value === 'number' ? value - 1 : null,
  max: typeof value === 'number' ? value + 1 : null,
  mean: typeof value === 'number' ? value : null,
  last: value,
})

describe('figures', () => {
  test('a gap is a gap: a null stands where nothing was read', () => {
    const [times, , mean] = columnsOf([bucket(0, 5), bucket(1, 6), bucket(9, 7)], 3 * minute, minute)
    expect(mean).toEqual([5, 6, null, 7])
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })

  test('spans shorter than the reading interval are no gaps', () => {
    const max = gapMs(15_000, minute)
    const [, , mean] = columnsOf([bucket(0, 5), bucket(1, 6), bucket(2, 7)], max, 15_000)
    expect(mean).toEqual([5, 6, 7])
  })

  test('a value stands in the middle of its span, with least and greatest', () => {
    expect(columnsOf([bucket(0, 5)], minute, minute)).toEqual([[start + minute / 2], [4], [5], [6]])
  })
})

describe('words', () => {
  test('become stretches, parted by a change and by a gap', () => {
    const spans = wordSpans([bucket(0, 'on'), bucket(1, 'on'), bucket(2, 'off'), bucket(9, 'off')], 3 * minute, minute)
    expect(spans.map((it) => [it.word, (it.fromMs - start) / minute, (it.toMs - start) / minute])).toEqual([
      ['on', 0, 2],
      ['off', 2, 3],
      ['off', 9, 10],
    ])
  })

  test('are told from figures', () => {
    expect(isOfWords([bucket(0, 'on')])).toBe(true)
    expect(isOfWords([bucket(0, 1)])).toBe(false)
    expect(isOfWords([])).toBe(false)
  })
})
