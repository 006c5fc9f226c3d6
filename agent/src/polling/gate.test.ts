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
