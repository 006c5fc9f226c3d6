import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createGate } from './gate.ts'

describe('the gate in front of a device', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const resolves = async (promise: Promise<void>, withinMs: number): Promise<boolean> => {
    let done = false
    promise.then(() => {
      done = true
    })
    await vi.advanceTimersByTimeAsync(withinMs)
    return done
  }

  test('power takes it away, and back it has booted anew', () => {
    let now = 1000
    const gate = createGate(() => now)
    expect(gate.bootedAt()).toBe(1000)
    gate.set('power')
    expect([gate.isOpen(), gate.works(), gate.isPowered()]).toEqual([false, false, false])
    now = 5000
    gate.set(null)
    expect([gate.isOpen(), gate.works(), gate.isPowered()]).toEqual([true, true, true])
    expect(gate.bootedAt()).toBe(5000)
  })

  test('one that cannot be reached keeps its power and its uptime', () => {
    let now = 1000
    const gate = createGate(() => now)
    gate.setReachable(false)
    expect([gate.isOpen(), gate.isPowered()]).toEqual([false, true])
    now = 5000
    gate.setReachable(true)
    expect(gate.bootedAt()).toBe(1000)
  })

  test('hanging it never answers, and does no work', async () => {
    const gate = createGate()
    gate.set('hang')
    expect([gate.isOpen(), gate.works()]).toEqual([true, false])
    expect(await resolves(gate.pass(), 600_000)).toBe(false)
  })

  test('slow is late, far too late now and then, and never so twice within 8 s', async () => {
    const gate = createGate()
    gate.set('slow')
    const late: number[] = []
    for (let i = 0; i < 100; i += 1) {
      const started = performance.now()
      const done = gate.pass().then(() => performance.now() - started)
      await vi.advanceTimersByTimeAsync(2000)
      const took = await done
      expect(took).toBeGreaterThanOrEqual(600)
      if (took > 1000) late.push(started)
    }
    expect(late.length).toBeGreaterThan(10)
    for (const [i, at] of late.slice(1).entries()) expect(at - (late[i] ?? 0)).toBeGreaterThanOrEqual(8000)
  })

  test('flapping is told to whoever listens, each turn, and ends with it', async () => {
    const gate = createGate()
    const changes: boolean[] = []
    gate.onChange((open) => changes.push(open))
    gate.set('flap')
    await vi.advanceTimersByTimeAsync(49_000)
    expect(changes).toEqual([false, true, false, true, false])
    gate.set(null)
    await vi.advanceTimersByTimeAsync(49_000)
    expect(changes).toEqual([false, true, false, true, false, true])
  })

  test('another password is refused, a reboot is another start', () => {
    const gate = createGate(() => 1000)
    gate.set('auth')
    expect([gate.isOpen(), gate.refusesCredentials()]).toEqual([true, true])
    gate.set(null)
    expect(gate.refusesCredentials()).toBe(false)
    const before = gate.bootedAt()
    gate.reboot()
    expect(gate.bootedAt()).toBeGreaterThan(before)
  })
})
