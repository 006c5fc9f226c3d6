import { expect, test } from 'vitest'
import { createMaintenance, underMaintenance } from './maintenance.ts'

const window = (from: string, to: string, devices: string[] = []) => ({ id: 'w', devices, from, to, reason: '' })
const at = (time: string) => Date.parse(`2026-03-01T${time}Z`)
const devices = ['cam-01', 'cam-02']

test('a window counts from its first instant up to its last, which is out', () => {
  const windows = [window('2026-03-01T10:00:00Z', '2026-03-01T11:00:00Z', ['cam-01'])]
  expect([...underMaintenance(windows, devices, at('09:59:59'))]).toEqual([])
  expect([...underMaintenance(windows, devices, at('10:00:00'))]).toEqual(['cam-01'])
  expect([...underMaintenance(windows, devices, at('11:00:00'))]).toEqual([])
})

test('a window that lists nobody is for the whole site; devices that are not there are left out', () => {
  const day = ['2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z'] as const
  expect([...underMaintenance([window(...day)], devices, at('12:00:00'))]).toEqual(devices)
  expect([...underMaintenance([window(...day, ['gone', 'cam-02'])], devices, at('12:00:00'))]).toEqual(['cam-02'])
})

test('only changes are told, also of what was so before a restart', () => {
  const maintenance = createMaintenance(['cam-02'])
  const site = {
    maintenance: [window('2026-03-01T10:00:00Z', '2026-03-01T11:00:00Z', ['cam-01'])],
    devices: new Map(devices.map((it) => [it, null])),
  }
  expect(maintenance.changesAt(at('10:30:00'), site)).toEqual([
    { device: 'cam-01', maintenance: true },
    { device: 'cam-02', maintenance: false },
  ])
  expect(maintenance.changesAt(at('10:40:00'), site)).toEqual([])
  expect(maintenance.changesAt(at('11:00:00'), site)).toEqual([{ device: 'cam-01', maintenance: false }])
})
