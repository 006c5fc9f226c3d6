import type { SiteAvailability } from '@steward/shared/api'
import { expect, test } from 'vitest'
import { reportOf } from './report.ts'

const share = (percent: number | null, downMs: number) => ({ percent, upMs: 0, downMs, unknownMs: 90_000 })
const availability = (percent: number, without: number) => ({
  whole: share(percent, 600_000),
  withoutMaintenance: share(without, 60_000),
})
const month: SiteAvailability = {
  site: 'tower',
  month: '2026-11',
  timezone: 'UTC',
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-12-01T00:00:00.000Z',
  whole: { ...availability(99.5, 99.95), days: [] },
  systems: [{ id: 'cctv', ...availability(98.765432, 100), days: [] }],
  devices: [
    { id: 'cam-1', name: 'Lobby, "north"', whole: share(null, 0), withoutMaintenance: share(null, 0) },
    { id: 'cam-2', name: '=HYPERLINK("x")', ...availability(100, 100) },
  ],
}
const words = {
  columns: ['What', 'ID', 'Name', '%', 'min', '% without', 'min without', 'unknown'],
  site: 'Site',
  system: 'System',
  device: 'Device',
} as const

test('has the site, its systems and every device, with and without maintenance', () => {
  const text = reportOf(month, { site: 'Tower A', systemOf: () => '视频监控' }, words)
  expect(text.startsWith('\uFEFF')).toBe(true)
  expect(text.slice(1).split('\r\n')).toEqual([
    'What,ID,Name,%,min,% without,min without,unknown',
    'Site,tower,Tower A,99.5000,10,99.9500,1,2',
    'System,cctv,视频监控,98.7654,10,100.0000,1,2',
    'Device,cam-1,"Lobby, ""north""",,0,,0,2',
    `Device,cam-2,"'=HYPERLINK(""x"")",100.0000,10,100.0000,1,2`,
    '',
  ])
})
