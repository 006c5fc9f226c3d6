import type { DeviceSummary } from '@steward/shared/api'
import { describe, expect, test } from 'vitest'
import { filterDevices, sortDevices } from './filter-devices.ts'

function device(id: string, more: Partial<DeviceSummary> = {}): DeviceSummary {
  return {
    id,
    site: 'tower-a',
    name: id,
    kind: 'camera',
    address: '192.168.1.7',
    systems: ['cctv'],
    location: 'Lobby',
    state: 'up',
    since: null,
    reason: null,
    level: null,
    affectedBy: [],
    secret: 'works',
    maintenance: false,
    identity: { serial: 'SN-4711', mac: 'aa:bb:cc:00:11:22' },
    ...more,
  }
}

const ids = (devices: readonly DeviceSummary[]): string[] => devices.map((it) => it.id)

describe('filtering devices', () => {
  const all = [
    device('cam-1'),
    device('cam-2', { state: 'down', level: 'L3' }),
    device('sw-1', { kind: 'switch', systems: ['network'], secret: 'missing' }),
    device('cam-3', { maintenance: true }),
  ]

  test('by name, address, MAC, serial and place', () => {
    for (const q of ['CAM-1', '192.168.1.7 cam-1', 'aa:bb:cc cam-1', 'sn-4711 cam-1', 'lobby cam-1']) {
      expect(ids(filterDevices(all, { q }))).toEqual(['cam-1'])
    }
  })

  test('what needs a person: faults, not up, no password', () => {
    expect(ids(filterDevices(all, { state: 'attention' }))).toEqual(['cam-2', 'sw-1'])
  })

  test('by state, kind and system together', () => {
    expect(ids(filterDevices(all, { kind: 'camera', system: 'cctv', state: 'maintenance' }))).toEqual(['cam-3'])
  })
})

describe('sorting devices', () => {
  test('worst first, then by name with numbers as numbers', () => {
    const sorted = sortDevices([
      device('cam-10'),
      device('cam-9'),
      device('x', { state: 'unknown' }),
      device('y', { state: 'down', affectedBy: ['core-1'] }),
      device('z', { level: 'L2' }),
    ])
    expect(ids(sorted)).toEqual(['z', 'y', 'x', 'cam-9', 'cam-10'])
  })
})
