import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPacer, type PacerClock } from './pacer.ts'

/** A clock that is moved by waiting alone. */
function steppedClock(): PacerClock & { sleep(ms: number): void } {
  let nowMs = 0
  return {
    nowMs: () => nowMs,
    async wait(ms) {
      nowMs += ms
    },
    sleep(ms) {
      nowMs += ms
    },
  }
}

const never = new AbortController().signal

test('no second ever carries more than its packets and a twentieth', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 2000 }),
      fc.array(fc.record({ packets: fc.integer({ min: 1, max: 20 }), idleMs: fc.nat(300) }), { maxLength: 200 }),
      async (rate, steps) => {
        const clock = steppedClock()
        const pacer = createPacer(rate, clock)
        const sent: { atMs: number; packets: number }[] = []
        for (const { packets, idleMs } of steps) {
          clock.sleep(idleMs)
          await pacer.take(packets, never)
          sent.push({ atMs: clock.nowMs(), packets })
        }
        for (const { atMs } of sent) {
          const within = sent.filter((it) => it.atMs >= atMs && it.atMs < atMs + 1000)
          const last = within.at(-1)?.packets ?? 0
          const before = within.reduce((sum, it) => sum + it.packets, 0) - last
          expect(before).toBeLessThanOrEqual(rate * 1.05 + 1e-6)
        }
      },
    ),
  )
})

test('the pace is kept when there is much to send', async () => {
  const clock = steppedClock()
  const pacer = createPacer(100, clock)
  for (let i = 0; i < 1000; i += 1) await pacer.take(1, never)
  expect(clock.nowMs()).toBeGreaterThan(9900)
  expect(clock.nowMs()).toBeLessThan(10_001)
})

test('after the signal nobody waits', async () => {
  const clock = steppedClock()
  const pacer = createPacer(1, clock)
  for (let i = 0; i < 100; i += 1) await pacer.take(1, AbortSignal.abort())
  expect(clock.nowMs()).toBe(0)
})
