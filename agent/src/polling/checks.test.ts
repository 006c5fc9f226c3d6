import { describe, expect, test } from 'vitest'
import { type Checks, createChecks } from './checks.ts'
import { createGate } from './gate.ts'
import type { CheckSeen } from './judge.ts'
import { lineOf } from './line-of-test.ts'
import type { Line } from './lines.ts'
import { createQuestions } from './questions.ts'

const failing = async () => ({ ok: false as const, tookMs: 1, code: 'driver/timeout', message: 'no answer' })

function checksOf(line: Line | undefined, rest: { isDoubtful?: boolean; timeoutMs?: number } = {}) {
  const state = { nowMs: 1000, line }
  const seen: CheckSeen[] = []
  const checks: Checks = createChecks({
    clock: { monotonicMs: () => state.nowMs, wallMs: () => state.nowMs },
    gate: createGate({ total: 10, perKey: 1 }),
    questions: createQuestions(),
    timeoutMs: () => rest.timeoutMs ?? 1000,
    lineOf: () => state.line,
    isDoubtful: () => rest.isDoubtful === true,
    seen(_, check) {
      seen.push(check)
      return { checkNow: [], nextCheckAtMs: state.nowMs + 10_000 }
    },
  })
  return { checks, seen, state }
}

describe('checks', () => {
  test('what was seen goes to the judge, who says when the next is due', async () => {
    const { checks, seen } = checksOf(lineOf({ check: failing }))
    await checks.checkNow('cam-01')
    expect(seen).toEqual([{ startedAtMs: 1000, atMs: 1000, failure: { code: 'driver/timeout', message: 'no answer' } }])
    expect(checks.nextDueAt()).toBe(11_000)
  })

  test('a failure while the machine slept is not told, and tried again in a second', async () => {
    const { checks, seen } = checksOf(lineOf({ check: failing }), { isDoubtful: true })
    await checks.checkNow('cam-01')
    expect(seen).toEqual([])
    expect(checks.nextDueAt()).toBe(2000)
  })

  test('an answer counts although the machine slept', async () => {
    const { checks, seen } = checksOf(lineOf({}), { isDoubtful: true })
    await checks.checkNow('cam-01')
    expect(seen).toHaveLength(1)
  })

  test('a driver that never ends is ended for it', async () => {
    let aborted = false
    const stuck = (signal: AbortSignal) =>
      new Promise<never>(() => signal.addEventListener('abort', () => (aborted = true)))
    const { checks, seen } = checksOf(lineOf({ check: stuck }), { timeoutMs: 10 })
    expect(await checks.checkNow('cam-01')).toMatchObject({ ok: false, code: 'driver/timeout' })
    expect(aborted).toBe(true)
    expect(seen).toHaveLength(1)
  })

  test('what a connection saw that has been replaced meanwhile says nothing of the new one', async () => {
    let answer = (): void => undefined
    const waiting = new Promise<void>((resolve) => {
      answer = resolve
    })
    const { checks, seen, state } = checksOf(lineOf({ check: () => waiting.then(failing) }))
    const check = checks.checkNow('cam-01')
    state.line = lineOf({})
    answer()
    await check
    expect(seen).toEqual([])
  })

  test('two who ask at once share one check', async () => {
    let asked = 0
    const { checks } = checksOf(
      lineOf({
        check: async () => {
          asked += 1
          return { ok: true, tookMs: 1 }
        },
      }),
    )
    await Promise.all([checks.checkNow('cam-01'), checks.checkNow('cam-01')])
    expect(asked).toBe(1)
  })
})
