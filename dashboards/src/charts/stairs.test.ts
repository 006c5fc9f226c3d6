import { expect, test } from 'vitest'
import { stairsOf } from './stairs.ts'

const iso = (at: number) => new Date(at).toISOString()

test('a value holds until the next, the last one to the end, and what is not known is a gap', () => {
  const steps = [
    { at: iso(0), value: null },
    { at: iso(10), value: 1 },
    { at: iso(20), value: 0.5 },
  ]
  const [times, , values] = stairsOf(steps, 30)
  expect(times).toEqual([0, 10, 10, 20, 20, 30])
  expect(values).toEqual([null, null, 1, 1, 0.5, 0.5])
})

test('no step is no line', () => {
  expect(stairsOf([], 30)).toEqual([[], [], [], []])
})
