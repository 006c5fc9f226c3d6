import { StewardError } from '@steward/shared/errors'
import { describe, expect, test } from 'vitest'
import { createGate } from './gate.ts'
import { lineOf } from './line-of-test.ts'
import { createPolls } from './polls.ts'
import { createQuestions } from './questions.ts'

const minute = 60_000
const refused = new StewardError('driver/refused-credentials', 'no')
const silent = new StewardError('driver/timeout', 'no answer')

function pollsOf(answer: () => Promise<never> | undefined) {
  const state = { nowMs: 0, isDown: false }
  const told: string[] = []
  const line = lineOf({ poll: () => answer() ?? Promise.resolve({ values: { a: 1 }, errors: [] }) })
  const polls = createPolls({
    clock: { monotonicMs: () => state.nowMs, wallMs: () => state.nowMs },
    gate: createGate({ total: 10, perKey: 1 }),
    questions: createQuestions(),
    intervalMs: () => minute,
    linesOf: () => [line],
    isDown: () => state.isDown,
    read: () => told.push('read'),
    failed: (_, error) => told.push(error.code),
  })
  return { polls, state, told, line }
}

describe('polls', () => {
  test('after an answer the next is due within an interval', async () => {
    const { polls, told, line } = pollsOf(() => undefined)
    await polls.pollNow(line)
    expect(told).toEqual(['read'])
    expect(polls.nextDueAt()).toBeGreaterThan(0)
    expect(polls.nextDueAt()).toBeLessThanOrEqual(minute)
  })

  test('silence backs off further each time, and an answer ends that', async () => {
    let isSilent = true
    const { polls, line } = pollsOf(() => (isSilent ? Promise.reject(silent) : undefined))
    const waits: (number | null)[] = []
    for (let i = 0; i < 4; i += 1) {
      await expect(polls.pollNow(line)).rejects.toBe(silent)
      waits.push(polls.nextDueAt())
    }
    expect(waits).toEqual([2 * minute, 4 * minute, 8 * minute, 10 * minute])
    isSilent = false
    await polls.pollNow(line)
    expect(polls.nextDueAt()).toBeLessThanOrEqual(minute)
  })

  test('refused credentials wait their time out, also when the device went down and came back meanwhile', async () => {
    const { polls, state, line, told } = pollsOf(() => Promise.reject(refused))
    await expect(polls.pollNow(line)).rejects.toBe(refused)
    expect(polls.nextDueAt()).toBe(5 * minute)
    state.nowMs = minute
    polls.plan('cam-01', state.nowMs)
    expect(polls.nextDueAt()).toBe(5 * minute)
    expect(told).toEqual(['driver/refused-credentials'])
  })

  test('news is read at once, then at most every three seconds; what comes during a poll is not lost', async () => {
    const { polls, state, line } = pollsOf(() => undefined)
    await polls.pollNow(line)
    state.nowMs = 1000
    polls.soon(line)
    expect(polls.nextDueAt()).toBe(1000)
    polls.soon(line)
    const poll = polls.pollNow(line)
    polls.soon(line)
    await poll
    expect(polls.nextDueAt()).toBe(4000)
    state.nowMs = 4000
    await polls.pollNow(line)
    expect(polls.nextDueAt()).toBeGreaterThan(4000)
    state.nowMs = 5000
    polls.soon(line)
    expect(polls.nextDueAt()).toBe(7000)
  })

  test('news of a device that refuses waits its time out', async () => {
    const { polls, line } = pollsOf(() => Promise.reject(refused))
    await expect(polls.pollNow(line)).rejects.toBe(refused)
    polls.soon(line)
    expect(polls.nextDueAt()).toBe(5 * minute)
  })

  test('a device that is down is not read', () => {
    let asked = 0
    const { polls, state } = pollsOf(() => {
      asked += 1
      return undefined
    })
    state.isDown = true
    polls.plan('cam-01', 0)
    polls.runDue()
    expect(asked).toBe(0)
    expect(polls.isPlanned('cam-01')).toBe(false)
  })
})
