import { describe, expect, test } from 'vitest'
import { holdRows } from './hold-rows.ts'

type Row = { id: string; level: string }
const row = (id: string, level = 'L3'): Row => ({ id, level })
const keyOf = (it: Row): string => it.id

describe('rows that are held', () => {
  test('change in place and keep their order when the right order is another', () => {
    const held = holdRows([row('b', 'L1'), row('a')], ['a', 'b'], keyOf, new Map())
    expect(held.rows.map((it) => [it.id, it.level])).toEqual([
      ['a', 'L3'],
      ['b', 'L1'],
    ])
    expect(held).toMatchObject({ waiting: 0, isCurrent: false })
  })

  test('new ones wait, counted', () => {
    const held = holdRows([row('new'), row('a')], ['a'], keyOf, new Map())
    expect(held.rows.map(keyOf)).toEqual(['a'])
    expect(held.waiting).toBe(1)
  })

  test('one that is gone stays as it was last seen', () => {
    const lastSeen = new Map<string, Row>()
    holdRows([row('a', 'L2'), row('b')], ['a', 'b'], keyOf, lastSeen)
    const held = holdRows([row('b')], ['a', 'b'], keyOf, lastSeen)
    expect(held.rows).toEqual([row('a', 'L2'), row('b')])
  })

  test('are current when nothing is new, gone or elsewhere', () => {
    expect(holdRows([row('a'), row('b')], ['a', 'b'], keyOf, new Map()).isCurrent).toBe(true)
  })
})
