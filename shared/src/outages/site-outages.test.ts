import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSiteOutages, type OutageEvent, type OutageSettingsInput, type WatchedDevice } from './index.ts'

const camera = (id: string, ...needs: string[][]): WatchedDevice => ({ id, checked: true, needs })
const building: WatchedDevice[] = [
  camera('core-1'),
  camera('core-2'),
  camera('edge-1', ['core-1', 'core-2']),
  camera('edge-2', ['core-1', 'core-2']),
  ...[1, 2, 3, 4].map((it) => camera(`cam-${it}`, [`edge-${1 + (it % 2)}`])),
  { id: 'record-1', checked: false, needs: [['cam-1'], ['core-1']] },
]

type Answers = (device: string, at: number) => boolean

/** Runs the checks of a site on a clock of its own: an answer takes 20 ms, silence 1 s, one check a device at a time. */
function simulate(devices: WatchedDevice[], answers: Answers, untilMs: number, settings: OutageSettingsInput = {}) {
  const spread = new Map(devices.map((it, i) => [it.id, (i * 1370) % 10_000]))
  const outages = createSiteOutages(devices, settings, (it) => spread.get(it) ?? 0)
  const starts = new Map(devices.filter((it) => it.checked).map((it) => [it.id, outages.nextCheckAt(it.id)]))
  const running = new Map<string, { startedAt: number; at: number; ok: boolean }>()
  const events: OutageEvent[] = []
  const checks: string[] = []
  for (let at = 0; at <= untilMs; at += 10) {
    const dueAt = outages.nextDueAt()
    if (dueAt !== null && dueAt <= at) events.push(...outages.onTime(at))
    for (const [device, check] of [...running].filter(([, it]) => it.at <= at)) {
      running.delete(device)
      const { events: found, checkNow, nextCheckAt } = outages.onCheck(device, check)
      events.push(...found)
      starts.set(device, nextCheckAt)
      for (const other of checkNow) if (!running.has(other)) starts.set(other, at)
    }
    for (const [device, start] of starts) {
      if (start > at || running.has(device)) continue
      const ok = answers(device, at)
      starts.set(device, Number.POSITIVE_INFINITY)
      checks.push(`${at} ${device}`)
      running.set(device, { startedAt: at, at: at + (ok ? 20 : 1000), ok })
    }
  }
  return { events, checks, outages }
}

const downs = (events: OutageEvent[]) => events.filter((it) => 'state' in it && it.state === 'down')
const atOf = (events: OutageEvent[], device: string) => downs(events).find((it) => it.device === device)?.at

describe('the outages of a site', () => {
  test('a device alone is called down 3 s after its first failed check began, for what it needs answers', () => {
    const { events, checks } = simulate(building, (it, at) => it !== 'cam-1' || at < 30_000, 60_000)
    expect(downs(events).map((it) => it.device)).toEqual(['cam-1'])
    const first = checks.map((it) => it.split(' ')).find(([at, it]) => it === 'cam-1' && Number(at) >= 30_000)
    expect(atOf(events, 'cam-1')).toBe(Number(first?.[0]) + 3000)
  })

  test('a device in doubt has all that it needs checked at once', () => {
    const outages = createSiteOutages(building)
    const report = outages.onCheck('cam-1', { startedAt: 0, at: 1000, ok: false })
    expect([...report.checkNow].sort()).toEqual(['core-1', 'core-2', 'edge-2'])
    expect(outages.onCheck('cam-1', { startedAt: 1000, at: 2000, ok: false }).checkNow).toEqual([])
  })

  test('what answered after the first failed check is not asked again', () => {
    const outages = createSiteOutages(building)
    outages.onCheck('cam-1', { startedAt: 0, at: 1000, ok: false })
    for (const it of ['core-1', 'core-2']) outages.onCheck(it, { startedAt: 1000, at: 1020, ok: true })
    const report = outages.onCheck('cam-3', { startedAt: 10, at: 1010, ok: false })
    expect(report.checkNow).toEqual(['edge-2'])
  })

  test('a parent is never learned of after its children, whenever it fails', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10_000, max: 20_000 }), fc.constantFrom('edge-1', 'both'), (failsAt, what) => {
        const behind = what === 'both' ? /./ : /^(edge-1|cam-2|cam-4)$/
        const { events } = simulate(building, (it, at) => !behind.test(it) || at < failsAt, failsAt + 40_000)
        const parents = what === 'both' ? ['core-1', 'core-2'] : ['edge-1']
        const known = Math.max(...parents.map((it) => atOf(events, it) ?? Number.NaN))
        for (const it of downs(events)) {
          if (!parents.includes(it.device)) expect(it.at).toBeGreaterThanOrEqual(known)
        }
        expect(downs(events)).toHaveLength(what === 'both' ? 8 : 3)
      }),
      { numRuns: 30 },
    )
  })

  test('a device that is silent while one behind it answers is unmanageable, not down, until it answers', () => {
    const silent = (it: string, at: number) => it !== 'edge-1' || at < 20_000 || at > 60_000
    const { events, outages } = simulate(building, silent, 100_000)
    const told = events.filter((it) => it.device === 'edge-1').map(({ at: _, device: __, ...rest }) => rest)
    expect(told).toEqual([
      { state: 'up' },
      { state: 'unknown' },
      { unmanageable: true },
      { unmanageable: false },
      { state: 'up' },
    ])
    expect(outages.stateOf('edge-1')).toBe('up')
  })

  test('one that is called down becomes unmanageable when something behind it comes up', () => {
    const dark = (it: string, at: number) =>
      !/^(edge-1|cam-2|cam-4)$/.test(it) || at < 20_000 || (it === 'cam-2' && at > 60_000)
    const { events, outages } = simulate(building, dark, 100_000)
    const [down] = events.filter((it) => it.device === 'edge-1' && 'state' in it && it.state === 'down')
    const [unmanageable] = events.filter((it) => 'unmanageable' in it)
    const up = events.find((it) => it.device === 'cam-2' && 'state' in it && it.state === 'up' && it.at > 60_000)
    expect(down?.device).toBe('edge-1')
    // It was asked again at once, and was silent for a second.
    expect(unmanageable?.device).toBe('edge-1')
    expect((unmanageable?.at ?? 0) - (up?.at ?? 0)).toBeGreaterThanOrEqual(1000)
    expect((unmanageable?.at ?? 0) - (up?.at ?? 0)).toBeLessThanOrEqual(2020)
    expect(outages.stateOf('edge-1')).toBe('unmanageable')
  })

  test('a switch that comes back with all behind it is never unmanageable, whoever is asked first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60_000, max: 80_000 }), fc.constantFrom('edge-1', 'both'), (backAt, what) => {
        const behind = what === 'both' ? /./ : /^(edge-1|cam-2|cam-4)$/
        const answers = (it: string, at: number) => !behind.test(it) || at < 20_000 || at >= backAt
        const { events } = simulate(building, answers, backAt + 40_000)
        expect(events.filter((it) => 'unmanageable' in it)).toEqual([])
        const last = new Map(events.flatMap((it) => ('state' in it ? [[it.device, it.state] as const] : [])))
        expect([...last.values()].every((it) => it === 'up')).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  test('nothing waits longer than holdMs for a device whose check does not come', () => {
    const outages = createSiteOutages([camera('a'), camera('b', ['a'])], { holdMs: 4000 })
    for (const at of [1000, 2000]) outages.onCheck('b', { startedAt: at - 1000, at, ok: false })
    expect(outages.onCheck('b', { startedAt: 2000, at: 3000, ok: false }).events).toEqual([])
    expect(outages.nextDueAt()).toBe(7000)
    expect(outages.onTime(7000)).toEqual([{ at: 7000, device: 'b', state: 'down' }])
    expect(outages.nextDueAt()).toBeNull()
  })

  test('rings do not wait for each other', () => {
    const ring = [camera('a', ['b']), camera('b', ['c']), camera('c', ['a'])]
    const { events } = simulate(ring, () => false, 20_000)
    expect(
      downs(events)
        .map((it) => it.device)
        .sort(),
    ).toEqual(['a', 'b', 'c'])
  })

  test('goes on over a change of devices', () => {
    const { outages } = simulate(building, (it) => it !== 'cam-1', 20_000)
    outages.replaceDevices([camera('cam-1'), camera('new')])
    expect(outages.stateOf('cam-1')).toBe('down')
    expect(outages.stateOf('new')).toBe('unknown')
    expect(outages.onCheck('cam-2', { startedAt: 0, at: 1, ok: true }).events).toEqual([])
  })
})
