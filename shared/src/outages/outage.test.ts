import { describe, expect, test } from 'vitest'
import { type Check, createOutageState, OutageSettings, type OutageState, onCheck } from './index.ts'

const settings = OutageSettings.parse({})

/** Checks that take 1 s when they fail and none when they are good, each started when the one before says. */
function run(results: string): { changes: string[]; starts: number[]; state: OutageState } {
  let state = createOutageState()
  const changes: string[] = []
  const starts: number[] = []
  for (const result of results) {
    const startedAt = state.nextCheckAt
    const check: Check = { startedAt, at: startedAt + (result === '.' ? 0 : 1000), ok: result === '.' }
    const step = onCheck(state, check, settings)
    starts.push(startedAt)
    if (step.change !== null) changes.push(`${step.change.at} ${step.change.state}`)
    state = step.state
  }
  return { changes, starts, state }
}

describe('the outage of one device', () => {
  test('is unknown before its first check, and up at its first good one', () => {
    expect(createOutageState().state).toBe('unknown')
    expect(run('.').changes).toEqual(['0 up'])
  })

  test('is down after 3 failed checks, the second and third 1 s after the start of the one before', () => {
    const { changes, starts } = run('.xxx')
    expect(changes).toEqual(['0 up', '13000 down'])
    expect(starts).toEqual([0, 10_000, 11_000, 12_000])
  })

  test('is checked every 10 s while up, and while down', () => {
    expect(run('...').starts).toEqual([0, 10_000, 20_000])
    expect(run('xxxxx').starts).toEqual([0, 1000, 2000, 12_000, 22_000])
  })

  test('is up again after 2 good checks', () => {
    expect(run('xxx.').changes).toEqual(['3000 down'])
    expect(run('xxx..').changes).toEqual(['3000 down', '22000 up'])
    expect(run('xxx.x..').changes).toHaveLength(2)
    expect(run('xxx.x.').changes).toHaveLength(1)
  })

  test('is not down when a good check comes in between', () => {
    expect(run('.xx.xx.').changes).toEqual(['0 up'])
    expect(run('xx.').changes).toEqual(['2000 up'])
  })

  test('keeps since when it fails until it is well', () => {
    expect(run('.xx').state.firstFailedAt).toBe(11_000)
    expect(run('.xxx.x').state.firstFailedAt).toBe(11_000)
    expect(run('.xxx..').state.firstFailedAt).toBeNull()
  })

  test('takes every figure from its settings', () => {
    const quick = OutageSettings.parse({ intervalMs: 3000, confirmMs: 500, failsToDown: 2, goodsToUp: 1 })
    const first = onCheck(createOutageState(), { startedAt: 0, at: 100, ok: false }, quick)
    expect(first.nextCheckAt).toBe(500)
    const second = onCheck(first.state, { startedAt: 500, at: 600, ok: false }, quick)
    expect(second.change).toEqual({ at: 600, state: 'down' })
    const third = onCheck(second.state, { startedAt: 3500, at: 3510, ok: true }, quick)
    expect(third.change).toEqual({ at: 3510, state: 'up' })
  })
})
