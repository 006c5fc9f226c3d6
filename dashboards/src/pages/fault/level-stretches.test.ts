import { expect, test } from 'vitest'
import { levelStretches } from './level-stretches.ts'

const at = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`
const ms = (minute: number) => Date.parse(at(minute))

test('a level that rises and falls is a stretch each; what changes otherwise parts none', () => {
  const history = [
    { at: at(0), event: 'opened', level: 'L3' },
    { at: at(1), event: 'alerted', level: null },
    { at: at(2), event: 'changed', level: 'L3' },
    { at: at(5), event: 'changed', level: 'L1' },
    { at: at(9), event: 'changed', level: 'L2' },
    { at: at(12), event: 'closed', level: 'L2' },
  ] as const
  expect(levelStretches(history, ms(0), ms(12))).toEqual([
    { fromMs: ms(0), toMs: ms(5), level: 'L3' },
    { fromMs: ms(5), toMs: ms(9), level: 'L1' },
    { fromMs: ms(9), toMs: ms(12), level: 'L2' },
  ])
})

test('what a person set counts until it is freed, whatever is judged meanwhile', () => {
  const history = [
    { at: at(0), event: 'opened', level: 'L3' },
    { at: at(3), event: 'level-set', level: 'L1' },
    { at: at(4), event: 'changed', level: 'L4' },
    { at: at(8), event: 'level-freed', level: null },
  ] as const
  expect(levelStretches(history, ms(0), ms(10)).map((it) => [it.level, it.fromMs])).toEqual([
    ['L3', ms(0)],
    ['L1', ms(3)],
    ['L4', ms(8)],
  ])
})
