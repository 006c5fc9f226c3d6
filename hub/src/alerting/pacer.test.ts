import { expect, test } from 'vitest'
import { createPacer } from './pacer.ts'

const pace = { messages: 3, perMs: 1000 }

test('never more than the pace in any window', () => {
  const pacer = createPacer()
  for (const at of [0, 100, 200]) {
    expect(pacer.waiting(at)).toEqual([])
    pacer.sent('a', pace, at)
  }
  expect(pacer.waiting(900)).toEqual(['a'])
  expect(pacer.nextFreeAt(900)).toBe(1000)
  expect(pacer.waiting(1000)).toEqual([])
  pacer.sent('a', pace, 1000)
  expect(pacer.nextFreeAt(1001)).toBe(1100)
})

test('each recipient has its own, a pause is kept, and no pace means none', () => {
  const pacer = createPacer()
  pacer.pause('a', 5000)
  pacer.pause('a', 3000)
  for (let count = 0; count < 100; count++) pacer.sent('b', null, 0)
  expect(pacer.waiting(4999)).toEqual(['a'])
  expect(pacer.waiting(5000)).toEqual([])
  expect(pacer.nextFreeAt(5000)).toBeNull()
})
