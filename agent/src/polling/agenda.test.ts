import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAgenda } from './agenda.ts'

test('gives what is due, earliest first, and nothing twice', () => {
  const agenda = createAgenda<string>()
  agenda.set('b', 20)
  agenda.set('a', 10)
  agenda.set('c', 30)
  expect(agenda.nextDueAt()).toBe(10)
  expect(agenda.takeDue(20)).toEqual(['a', 'b'])
  expect(agenda.takeDue(20)).toEqual([])
  expect(agenda.nextDueAt()).toBe(30)
})

test('a name has one time, the last that was set', () => {
  const agenda = createAgenda<string>()
  agenda.set('a', 10)
  agenda.set('a', 50)
  expect(agenda.takeDue(10)).toEqual([])
  agenda.set('a', 5)
  agenda.delete('a')
  expect(agenda.nextDueAt()).toBeNull()
})

test('behaves as a sorted list of names and times, whatever is done with it', () => {
  const step = fc.oneof(
    fc.record({ set: fc.constantFrom('a', 'b', 'c', 'd', 'e'), at: fc.nat(100) }),
    fc.record({ drop: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
    fc.record({ take: fc.nat(100) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const agenda = createAgenda<string>()
      const plain = new Map<string, number>()
      for (const it of steps) {
        if ('set' in it) {
          agenda.set(it.set, it.at)
          plain.set(it.set, it.at)
        } else if ('drop' in it) {
          agenda.delete(it.drop)
          plain.delete(it.drop)
        } else {
          const due = [...plain].filter(([, at]) => at <= it.take)
          const taken = agenda.takeDue(it.take)
          expect([...taken].sort()).toEqual(due.map(([name]) => name).sort())
          const times = taken.map((name) => plain.get(name) ?? 0)
          expect(times).toEqual([...times].sort((a, b) => a - b))
          for (const [name] of due) plain.delete(name)
        }
        expect(agenda.nextDueAt()).toBe(plain.size === 0 ? null : Math.min(...plain.values()))
      }
    }),
  )
})
