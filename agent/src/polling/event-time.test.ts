import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEventTime } from './event-time.ts'

function clockOf(start: { wall: number; monotonic: number }) {
  const state = { ...start }
  return { state, clock: { wallMs: () => state.wall, monotonicMs: () => state.monotonic } }
}

test('is the wall clock while that goes on', () => {
  const { state, clock } = clockOf({ wall: 1000, monotonic: 0 })
  const now = createEventTime(clock, 0)
  expect(now()).toBe(1000)
  state.wall = 1600
  state.monotonic = 600
  expect(now()).toBe(1600)
})

test('goes on at half speed when the wall clock was set back, until that has caught up', () => {
  const { state, clock } = clockOf({ wall: 10_000, monotonic: 0 })
  const now = createEventTime(clock, 0)
  now()
  state.wall = 5000
  expect(now()).toBe(10_000)
  state.wall += 1000
  state.monotonic += 1000
  expect(now()).toBe(10_500)
  state.wall += 1000
  state.monotonic += 1000
  expect(now()).toBe(11_000)
})

test('begins after the last instant that was used before a restart', () => {
  const { clock } = clockOf({ wall: 5000, monotonic: 0 })
  expect(createEventTime(clock, 8000)()).toBe(8000)
})

test('never goes back, whatever the wall clock does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -50_000, max: 50_000 }), fc.nat(5000)), { maxLength: 100 }),
      (jumps) => {
        const { state, clock } = clockOf({ wall: 1_000_000_000, monotonic: 0 })
        const now = createEventTime(clock, 0)
        let last = now()
        for (const [jump, passed] of jumps) {
          state.wall += jump + passed
          state.monotonic += passed
          const at = now()
          expect(at).toBeGreaterThanOrEqual(last)
          last = at
        }
      },
    ),
  )
})
