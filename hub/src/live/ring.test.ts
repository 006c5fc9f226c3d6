import { expect, test } from 'vitest'
import { createRing } from './ring.ts'

const ringOf = () => createRing<string>({ isPassing: (it) => it.startsWith('reading'), lasting: 3, passing: 2 })

test('gives what came after a number, oldest first', () => {
  const ring = ringOf()
  const numbers = ['a', 'reading-1', 'b'].map((it) => ring.add(it))
  expect(numbers).toEqual([1, 2, 3])
  expect(ring.after(0)?.map((it) => it.item)).toEqual(['a', 'reading-1', 'b'])
  expect(ring.after(1)).toEqual([
    { number: 2, item: 'reading-1' },
    { number: 3, item: 'b' },
  ])
  expect(ring.after(3)).toEqual([])
})

test('says when something lasting is gone', () => {
  const ring = ringOf()
  for (const it of ['a', 'b', 'c', 'd']) ring.add(it)
  expect(ring.after(0)).toBeNull()
  expect(ring.after(1)?.map((it) => it.item)).toEqual(['b', 'c', 'd'])
})

test('many readings push out readings, and nothing else', () => {
  const ring = ringOf()
  ring.add('fault')
  for (let i = 0; i < 10; i += 1) ring.add(`reading-${i}`)
  expect(ring.after(0)?.map((it) => it.item)).toEqual(['fault', 'reading-8', 'reading-9'])
})

test.each([-1, 4, 0.5, Number.NaN])('%d is no number of it', (number) => {
  const ring = ringOf()
  for (const it of ['a', 'b', 'c']) ring.add(it)
  expect(ring.after(number)).toBeNull()
})
