import type { MaintenanceEntry, Silence, SilenceScope } from '@steward/shared/api'
import { describe, expect, test } from 'vitest'
import { isOver, type Planned, placesOf, planOf } from './plan.ts'

const now = Date.parse('2026-11-24T12:00:00Z')
const hourMs = 3_600_000
const at = (hours: number): string => new Date(now + hours * hourMs).toISOString()
const names = new Map([
  ['tower', 'Tower A'],
  ['mall', 'Mall'],
])

function window(id: string, over: Partial<MaintenanceEntry>): MaintenanceEntry {
  const where = { site: 'tower', siteName: 'Tower A', timezone: 'UTC' }
  return { id, devices: [], systems: [], cuts: [], reason: '', by: 'Lin', ...where, ...over }
}

function silence(id: string, scope: SilenceScope, from: number, to: number): Silence {
  return {
    id,
    name: id,
    scope,
    levels: [],
    from: at(from),
    to: at(to),
    cuts: [],
    timezone: 'UTC',
    reason: '',
    by: 'Lin',
  }
}

const nightly = { every: 'week' as const, days: [1, 2, 3, 4, 5, 6, 7], fromTime: '22:00', toTime: '02:00' }
const shown = ({ key, running, next }: Planned): string =>
  `${key} ${running === null ? '' : 'running'} ${next === null ? '' : new Date(next.from).toISOString().slice(0, 16)}`

describe('the plan', () => {
  test('knows what is under way, what comes and what is over', () => {
    const windows = [
      window('now', { from: at(-1), to: at(1) }),
      window('nightly', { repeats: nightly }),
      window('over', { from: at(-3), to: at(-1) }),
    ]
    const silences = [
      silence('quiet', { kind: 'site', site: 'tower' }, -1, 1),
      silence('later', { kind: 'site', site: 'tower' }, 1, 2),
    ]
    const plan = planOf(windows, silences, now, 'UTC')
    expect(plan.map(shown)).toEqual([
      'window now running ',
      'window nightly  2026-11-24T22:00',
      'window over  ',
      'silence quiet running ',
      'silence later  2026-11-24T13:00',
    ])
    expect(plan.filter((it) => isOver(it, now)).map((it) => it.key)).toEqual(['window over'])
    expect(planOf(windows, [], now + 11 * hourMs, 'UTC').map((it) => it.running !== null)).toEqual([false, true, false])
  })

  test('is drawn by site, customers first, and without those that have nothing in the span', () => {
    const plan = planOf(
      [
        window('nightly', { repeats: nightly }),
        window('mall', { site: 'mall', siteName: 'Mall', from: at(1), to: at(2) }),
        window('far', { site: 'mall', siteName: 'Mall', from: at(900), to: at(901) }),
      ],
      [
        silence('Acme', { kind: 'customer', customer: 'acme' }, 24, 30),
        silence('cam', { kind: 'device', site: 'tower', device: 'cam' }, 2, 3),
      ],
      now,
      'UTC',
    )
    const places = placesOf(plan, { from: now, to: now + 72 * hourMs }, names)
    expect(places.map((it) => [it.name, it.lanes.map(({ planned, bars }) => `${planned.key} ${bars.length}`)])).toEqual(
      [
        ['Acme', ['silence Acme 1']],
        ['Mall', ['window mall 1']],
        ['Tower A', ['window nightly 3', 'silence cam 1']],
      ],
    )
  })

  test('a silence that recurs runs and comes again in the local time of its site', () => {
    const evenings = { ...nightly, fromTime: '20:00', toTime: '21:00' }
    const { from: _from, to: _to, ...rest } = silence('cam', { kind: 'site', site: 'tower' }, 0, 1)
    const [planned] = planOf([], [{ ...rest, timezone: 'Asia/Shanghai', repeats: evenings }], now, 'UTC')
    // 20:00 in Shanghai is 12:00 UTC.
    expect(planned?.running).toEqual({ from: now, to: now + hourMs })
    expect(planned?.next?.from).toBe(now + 24 * hourMs)
  })
})
