import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createGate } from './gate.ts'

test('never lets more through than allowed, in all and for one key, and loses none', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 40 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      async (keys, total, perKey) => {
        const gate = createGate({ total, perKey })
        const running: string[] = []
        let done = 0
        await Promise.all(
          keys.map((key) =>
            gate.run(key, async () => {
              running.push(key)
              expect(running.length).toBeLessThanOrEqual(total)
              expect(running.filter((it) => it === key).length).toBeLessThanOrEqual(perKey)
              await new Promise((resolve) => setImmediate(resolve))
              running.splice(running.indexOf(key), 1)
              done += 1
            }),
          ),
        )
        expect(done).toBe(keys.length)
        expect(gate.active()).toBe(0)
      },
    ),
    { numRuns: 50 },
  )
})

test('a job that throws makes room for the next', async () => {
  const gate = createGate({ total: 1, perKey: 1 })
  const failed = gate.run('a', () => Promise.reject(new Error('it failed')))
  const next = gate.run('a', async () => 'done')
  await expect(failed).rejects.toThrow('it failed')
  expect(await next).toBe('done')
})

test('the silent lose their places after a while, and keep only their own key', async () => {
  const gate = createGate({ total: 1, perKey: 1, patienceMs: 10 })
  let answer = (): void => undefined
  const silent = gate.run('a', () => new Promise<void>((resolve) => (answer = resolve)))
  const order: string[] = []
  const same = gate.run('a', async () => order.push('a again'))
  await gate.run('b', async () => order.push('b'))
  expect(order).toEqual(['b'])
  answer()
  await Promise.all([silent, same])
  expect(order).toEqual(['b', 'a again'])
  expect(gate.active()).toBe(0)
})
