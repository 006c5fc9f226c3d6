import type { DeviceMessage } from '@steward/shared/model'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCoalescing, type Told } from './coalesce.ts'

const message = (name: string): DeviceMessage => {
  return { protocol: 'syslog', name, urgency: 6, text: '', fields: {}, count: 1 }
}
const sum = (told: readonly Told[]) => told.reduce((all, it) => all + it.message.count, 0)

test('none is lost unsaid, whatever comes how fast; nothing is left behind', () => {
  const said = fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 40 }))
  fc.assert(
    fc.property(fc.array(said, { maxLength: 300 }), (all) => {
      const coalescing = createCoalescing()
      const told: Told[] = []
      let nowMs = 0
      for (const [waitMs, device, kind] of all) {
        nowMs += waitMs
        told.push(...coalescing.take(nowMs, device, message(`kind ${kind}`)), ...coalescing.due(nowMs))
      }
      told.push(...coalescing.due(nowMs + 10_000))
      expect(sum(told)).toBe(all.length)
      expect(coalescing.hasMore()).toBe(false)
    }),
  )
})

test('a flood of ever new messages is twenty of them and a number', () => {
  const coalescing = createCoalescing()
  const told = Array.from({ length: 5000 }, (_, i) => coalescing.take(0, 'cam', message(`kind ${i}`))).flat()
  expect(told).toHaveLength(20)
  expect(coalescing.due(10_000)).toMatchObject([{ device: 'cam', message: { name: '…', count: 4980 } }])
})

test('the first of a kind is told at once, its repeats with their number after ten seconds', () => {
  const coalescing = createCoalescing()
  expect(coalescing.take(0, 'cam', message('x'))).toMatchObject([{ message: { count: 1 } }])
  for (let i = 1; i < 6; i += 1) expect(coalescing.take(i * 1000, 'cam', message('x'))).toEqual([])
  expect(coalescing.due(9999)).toEqual([])
  expect(coalescing.due(10_000)).toMatchObject([{ message: { name: 'x', count: 5 } }])
})
