import { isStewardError } from '@steward/shared/errors'
import { expect, test } from 'vitest'
import { createQuestions } from './questions.ts'

const limits = { timeoutMs: 1000, budgetMs: 60_000 }

test('a signal that somebody still listens to is not given to the next question', async () => {
  const questions = createQuestions()
  const heard = await questions.run(limits, async ({ signal }) => {
    signal.addEventListener('abort', () => undefined)
    return signal
  })
  const next = await questions.run(limits, async ({ signal }) => signal)
  expect(next).not.toBe(heard)
  expect(await questions.run(limits, async ({ signal }) => signal)).toBe(next)
})

test('the end of all aborts those under way, and no signal that was aborted is used again', async () => {
  const questions = createQuestions()
  let seen: AbortSignal | null = null
  const running = questions.run(limits, ({ signal }) => {
    seen = signal
    return new Promise<never>(() => undefined)
  })
  questions.stop()
  await expect(running).rejects.toSatisfy((error) => isStewardError(error, 'driver/timeout'))
  expect(seen).toMatchObject({ aborted: true })
  const after = await questions.run(limits, async ({ signal }) => signal)
  expect(after).not.toBe(seen)
})
