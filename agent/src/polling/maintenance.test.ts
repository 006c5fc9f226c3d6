import type { MaintenanceWindow } from '@steward/shared/model'
import { expect, test } from 'vitest'
import { createMaintenance } from './maintenance.ts'

const cctv = { serves: [{ function: 'cctv/view', weight: 1 }] }
const devices = new Map([
  ['cam-01', { id: 'cam-01', ...cctv }],
  ['cam-02', { id: 'cam-02', ...cctv }],
  ['core', { id: 'core', serves: [] }],
])
const at = (time: string, day = '2026-03-01') => Date.parse(`${day}T${time}Z`)

function siteWith(...windows: Partial<MaintenanceWindow>[]) {
  const maintenance = windows.map((it) => ({ id: 'w', devices: [], systems: [], cuts: [], reason: '', ...it }))
  return { maintenance, timezone: 'Europe/Berlin', devices }
}

/** Who is under maintenance when a program that starts then looks. */
function under(time: number, ...windows: Partial<MaintenanceWindow>[]): (string | undefined)[] {
  return createMaintenance([])
    .changesAt(time, siteWith(...windows))
    .map((it) => it.device)
}

test('a window counts from its first instant up to its last, which is out', () => {
  const window = { from: '2026-03-01T10:00:00Z', to: '2026-03-01T11:00:00Z', devices: ['cam-01'] }
  expect(under(at('09:59:59'), window)).toEqual([])
  expect(under(at('10:00:00'), window)).toEqual(['cam-01'])
  expect(under(at('11:00:00'), window)).toEqual([])
})

test('a window that lists nobody is for the whole site; devices that are not there are left out', () => {
  const day = { from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' }
  expect(under(at('12:00:00'), day)).toEqual(['cam-01', 'cam-02', 'core'])
  expect(under(at('12:00:00'), { ...day, devices: ['gone', 'cam-02'] })).toEqual(['cam-02'])
})

test('a window for a system is for all that serve it, and for nobody where nobody does', () => {
  const day = { from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' }
  expect(under(at('12:00:00'), { ...day, systems: ['cctv'] })).toEqual(['cam-01', 'cam-02'])
  expect(under(at('12:00:00'), { ...day, systems: ['gone'] })).toEqual([])
})

test('only changes are told, also of what was so before a restart', () => {
  const maintenance = createMaintenance(['cam-02'])
  const site = siteWith({ from: '2026-03-01T10:00:00Z', to: '2026-03-01T11:00:00Z', devices: ['cam-01'] })
  expect(maintenance.changesAt(at('10:30:00'), site)).toEqual([
    { device: 'cam-01', maintenance: true },
    { device: 'cam-02', maintenance: false },
  ])
  expect(maintenance.changesAt(at('10:40:00'), site)).toEqual([])
  expect(maintenance.changesAt(at('11:00:00'), site)).toEqual([{ device: 'cam-01', maintenance: false }])
})

test('a window that recurs begins and ends week after week by the clock of the site', () => {
  const maintenance = createMaintenance([])
  const nightly = { every: 'week' as const, days: [7], fromTime: '01:00', toTime: '04:00' }
  const site = siteWith({ repeats: nightly, devices: ['core'] })
  const begins = [{ device: 'core', maintenance: true }]
  const ends = [{ device: 'core', maintenance: false }]
  expect(maintenance.changesAt(at('23:59:59', '2026-03-21'), site)).toEqual([])
  expect(maintenance.changesAt(at('00:00:00', '2026-03-22'), site)).toEqual(begins)
  expect(maintenance.changesAt(at('03:00:00', '2026-03-22'), site)).toEqual(ends)
  // The night on which clocks are put forward is an hour shorter.
  expect(maintenance.changesAt(at('00:00:00', '2026-03-29'), site)).toEqual(begins)
  expect(maintenance.changesAt(at('01:59:59', '2026-03-29'), site)).toEqual([])
  expect(maintenance.changesAt(at('02:00:00', '2026-03-29'), site)).toEqual(ends)
})

test('what is put in force while a window runs is looked at at once', () => {
  const maintenance = createMaintenance([])
  const window = { from: '2026-03-01T10:00:00Z', to: '2026-03-01T12:00:00Z', devices: ['core'] }
  maintenance.changesAt(at('10:30:00'), siteWith(window))
  const ended = siteWith({ ...window, to: '2026-03-01T10:40:00Z' })
  expect(maintenance.changesAt(at('10:40:00'), ended)).toEqual([{ device: 'core', maintenance: false }])
})
