import type { DeviceSummary, Fault, PointNow } from '@steward/shared/api'
import { describe, expect, test } from 'vitest'
import { type Pages, withFault, withListedFault, withReading, withStates } from './live-patch.ts'

const at = '2026-03-01T06:00:00.000Z'
const later = '2026-03-01T06:01:00.000Z'

function device(id: string, more: Partial<DeviceSummary> = {}): DeviceSummary {
  return {
    id,
    site: 'tower-a',
    name: id,
    kind: 'camera',
    address: null,
    systems: [],
    location: '',
    state: 'up',
    since: at,
    reason: null,
    level: null,
    affectedBy: [],
    secret: 'not-needed',
    maintenance: false,
    identity: {},
    ...more,
  }
}

function fault(id: string, more: Partial<Fault> = {}): Fault {
  return {
    id,
    site: 'tower-a',
    siteName: 'Tower A',
    device: 'core-1',
    deviceName: 'Core 1',
    level: 'L2',
    kind: 'down',
    reason: { zh: '', en: '' },
    openedAt: at,
    closedAt: null,
    affected: ['cam-1'],
    functions: {},
    incident: null,
    acknowledged: null,
    maintenance: false,
    silenced: null,
    levelByHand: null,
    ...more,
  }
}

const paged = <Item>(...pages: Item[][]): Pages<Item> => ({
  pages: pages.map((items) => ({ items, next: null })),
  pageParams: pages.map(() => ''),
})

describe('devices', () => {
  test('a state reaches its device, and pages without a change stay the same objects', () => {
    const data = paged([device('cam-1')], [device('cam-2')])
    const next = withStates(data, [{ site: 'tower-a', device: 'cam-2', state: 'down', at: later }])
    expect(next.pages[1]?.items[0]).toMatchObject({ state: 'down', since: later })
    expect(next.pages[0]).toBe(data.pages[0])
  })

  test('the last of several states of one device counts', () => {
    const events = (['down', 'up', 'down'] as const).map((state) => ({ site: 'tower-a', device: 'cam-1', state, at }))
    expect(withStates(paged([device('cam-1')]), events).pages[0]?.items[0]?.state).toBe('down')
  })

  test('a fault marks its cause and those that it affects, and unmarks them when it closes', () => {
    const before = paged([device('cam-1'), device('core-1')])
    const open = withFault(before, fault('f'))
    expect(open.pages[0]?.items.map((it) => [it.level, it.affectedBy])).toEqual([
      [null, ['core-1']],
      ['L2', []],
    ])
    const closed = withFault(open, fault('f', { closedAt: later }))
    expect(closed).toEqual(before)
  })

  test('what has not changed is the same object, so nothing is drawn again', () => {
    const data = paged([device('cam-9')])
    expect(withFault(data, fault('f'))).toBe(data)
    expect(withStates(data, [{ site: 'tower-a', device: 'cam-9', state: 'up', at }])).toBe(data)
  })
})

describe('lists of faults', () => {
  test('a new one comes in where it is wanted, and only there', () => {
    const open = { state: 'open' as const }
    expect(withListedFault(paged<Fault>([]), fault('f'), open).pages[0]?.items).toHaveLength(1)
    expect(withListedFault(paged<Fault>([]), fault('f'), { ...open, site: 'other' }).pages[0]?.items).toEqual([])
    expect(withListedFault(paged<Fault>([]), fault('f'), { state: 'closed' }).pages[0]?.items).toEqual([])
  })

  test('one that closes stays in the list of open ones, closed', () => {
    const next = withListedFault(paged([fault('f')]), fault('f', { closedAt: later }), { state: 'open' })
    expect(next.pages[0]?.items[0]?.closedAt).toBe(later)
  })
})

describe('points', () => {
  const point: PointNow = {
    id: 't',
    class: 'temperature',
    instance: '',
    name: 'Supply',
    unit: '°C',
    value: 6,
    at: later,
    stale: true,
  }

  test('a reading renews the value and takes staleness away', () => {
    const next = withReading([point], { at: '2026-03-01T06:02:00.000Z', values: { t: 7 } })
    expect(next[0]).toMatchObject({ value: 7, stale: false })
  })

  test('an older reading, and one of other points, changes nothing', () => {
    const points = [point]
    expect(withReading(points, { at, values: { t: 9 } })).toBe(points)
    expect(withReading(points, { at: '2026-03-01T06:02:00.000Z', values: { other: 1 } })).toBe(points)
  })
})
