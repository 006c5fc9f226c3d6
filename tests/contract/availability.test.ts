/** Availability against a slow reading that asks at every single instant who was what, and counts. */
import { daysOfMonth, type SiteRecord, shareOf, siteTracks, type Told, upDuring } from '@steward/shared/availability'
import { capabilitiesOf, SiteModel } from '@steward/shared/diagnosis'
import type { DeviceState } from '@steward/shared/model'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const span = { from: 10, to: 60 }
const instants = Array.from({ length: span.to - span.from }, (_, i) => span.from + i)
const at = fc.integer({ min: 0, max: 70 })
const state = fc.constantFrom<DeviceState>('up', 'down', 'unknown')
const toldOnce = fc.uniqueArray(fc.record({ at, state }), { maxLength: 12, selector: (it) => it.at })
const spans = fc.array(
  fc.tuple(at, at).map(([from, to]) => ({ from, to })),
  { maxLength: 4 },
)

function stateAt(told: readonly Told[], time: number): DeviceState {
  const before = told.filter((it) => it.at <= time)
  return (
    before.reduce<Told | null>((last, it) => (last === null || it.at >= last.at ? it : last), null)?.state ?? 'unknown'
  )
}
const within = (all: readonly { from: number; to: number }[], time: number): boolean =>
  all.some((it) => it.from <= time && time < it.to)

function slowShare(stateOf: (time: number) => DeviceState, counted: (time: number) => boolean) {
  const share = { upMs: 0, downMs: 0, unknownMs: 0 }
  for (const time of instants) if (counted(time)) share[`${stateOf(time)}Ms`] += 1
  return share
}

describe('a device', () => {
  test('has the share that is counted instant by instant, in whatever order it was told', () => {
    fc.assert(
      fc.property(toldOnce, spans, (told, leftOut) => {
        const slow = slowShare(
          (time) => stateAt(told, time),
          (time) => !within(leftOut, time),
        )
        expect(shareOf(told, span, leftOut)).toEqual(slow)
        expect(shareOf([...told].reverse(), span, [...leftOut].reverse())).toEqual(slow)
      }),
    )
  })

  test('is not down while it is known to serve', () => {
    fc.assert(
      fc.property(toldOnce, spans, (told, serving) => {
        const seen = (time: number) => {
          const is = stateAt(told, time)
          return is === 'down' && within(serving, time) ? 'up' : is
        }
        expect(shareOf(upDuring(told, serving), span)).toEqual(slowShare(seen, () => true))
      }),
    )
  })
})

const model = SiteModel.parse({
  systems: [
    { id: 'cctv', functions: [{ id: 'view', essential: true, paralysedBelow: 0.6 }, { id: 'talk' }] },
    { id: 'doors', functions: [{ id: 'open' }] },
  ],
  devices: [
    { id: 'core' },
    { id: 'spare' },
    { id: 'edge', needs: [['core', 'spare']] },
    { id: 'cam-1', needs: [['edge']], serves: [{ function: 'cctv/view' }] },
    { id: 'cam-2', needs: [['edge']], serves: [{ function: 'cctv/view' }] },
    { id: 'door', needs: [['core']], serves: [{ function: 'doors/open' }] },
  ],
})
const ids = model.devices.map((it) => it.id)
const record: fc.Arbitrary<SiteRecord> = fc.record({
  model: fc.constant(model),
  told: fc
    .tuple(...ids.map((id) => toldOnce.map((told) => [id, told] as const)))
    .map((all): SiteRecord['told'] => new Map(all)),
  maintenance: fc.array(
    fc.record({ from: at, to: at, devices: fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 3 }) }),
    { maxLength: 3 },
  ),
})

/** Requirements that are met when exactly these are out: asked of the capability of a function made for the purpose. */
function isReached(device: string, out: ReadonlySet<string>): boolean {
  const needs = model.devices.find((it) => it.id === device)?.needs ?? []
  const probe = SiteModel.parse({
    systems: [{ id: 's', functions: [{ id: 'f' }] }],
    devices: [
      ...model.devices.map(({ id, needs: own }) => ({ id, needs: own })),
      { id: 'probe', needs, serves: [{ function: 's/f' }] },
    ],
  })
  return capabilitiesOf(probe, { out, maintained: new Set() })['s/f'] === 1
}

function slowSite(it: SiteRecord, time: number) {
  const seen = new Map(ids.map((id) => [id, stateAt(it.told.get(id) ?? [], time)]))
  const known = [...seen.values()].some((is) => is !== 'unknown')
  const down = new Set(ids.filter((id) => seen.get(id) === 'down'))
  const windows = it.maintenance.filter((window) => within([window], time))
  const maintained = new Set(windows.flatMap((window) => (window.devices.length === 0 ? ids : window.devices)))
  const roots = new Set([...down].filter((id) => !maintained.has(id) && isReached(id, down)))
  const stateOf = (out: ReadonlySet<string>) => {
    const caps = capabilitiesOf(model, { out, maintained: new Set() })
    const up = { cctv: (caps['cctv/view'] ?? 1) >= 0.6, doors: (caps['doors/open'] ?? 1) > 0 }
    const word = (isUp: boolean): DeviceState => (known ? (isUp ? 'up' : 'down') : 'unknown')
    return { cctv: word(up.cctv), doors: word(up.doors), '': word(up.cctv && up.doors) }
  }
  const excused = ids.filter(
    (id) => down.has(id) && !maintained.has(id) && !roots.has(id) && isReached(id, roots) && maintained.size > 0,
  )
  return { whole: stateOf(down), unplanned: stateOf(roots), excused }
}

function run(it: SiteRecord) {
  const steps = siteTracks(it, span)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

describe('a site', () => {
  test('and its systems are at every instant what the capabilities of that instant say', () => {
    fc.assert(
      fc.property(record, (it) => {
        const track = run(it)
        for (const time of instants) {
          const slow = slowSite(it, time)
          for (const system of ['cctv', 'doors', ''] as const) {
            expect(stateAt(track.whole.get(system) ?? [], time)).toBe(slow.whole[system])
            expect(stateAt(track.unplanned.get(system) ?? [], time)).toBe(slow.unplanned[system])
          }
          const excused = ids.filter((id) => within(track.excused.get(id) ?? [], time))
          expect(excused).toEqual(slow.excused)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('a camera behind a switch under maintenance is excused, one that is broken itself is not', () => {
    const down = (device: string): [string, Told[]] => [device, [{ at: 0, state: 'down' }]]
    const states = new Map([down('core'), down('spare'), down('edge'), down('cam-1')])
    const maintenance = [{ from: 20, to: 30, devices: ['core', 'spare', 'edge'] }]
    const { excused, whole, unplanned } = run({ model, told: states, maintenance })
    expect(excused.get('cam-1')).toEqual([{ from: 20, to: 30 }])
    expect(shareOf(whole.get('cctv') ?? [], span)).toEqual({ upMs: 0, downMs: 50, unknownMs: 0 })
    expect(shareOf(unplanned.get('cctv') ?? [], span)).toEqual({ upMs: 10, downMs: 40, unknownMs: 0 })
  })
})

describe('a month', () => {
  test('has the days of its zone, those of 23 and 25 hours among them', () => {
    const hoursOf = (month: string, zone: string) =>
      daysOfMonth(month, zone).map((it) => [it.date, (it.to - it.from) / 3_600_000] as const)
    expect(hoursOf('2026-03', 'Europe/Berlin').filter(([, hours]) => hours !== 24)).toEqual([['2026-03-29', 23]])
    expect(hoursOf('2026-10', 'Europe/Berlin').filter(([, hours]) => hours !== 24)).toEqual([['2026-10-25', 25]])
    expect(hoursOf('2028-02', 'Asia/Shanghai')).toHaveLength(29)
    expect(daysOfMonth('2026-11', 'Asia/Shanghai')[0]?.from).toBe(Date.parse('2026-10-31T16:00:00Z'))
    // Midnight does not exist in Santiago on the day that summer begins.
    const [first] = daysOfMonth('2026-09', 'America/Santiago').filter((it) => it.to - it.from !== 86_400_000)
    expect(first?.date).toBe('2026-09-06')
    expect(new Date(first?.from ?? 0).toISOString()).toBe('2026-09-06T04:00:00.000Z')
  })
})
