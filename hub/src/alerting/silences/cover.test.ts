import type { SilenceScope } from '@steward/shared/api'
import type { FaultLevel } from '@steward/shared/model'
import { expect, test } from 'vitest'
import { type StoredSilence, silenceOver } from './cover.ts'

function silence(scope: SilenceScope, over: Partial<StoredSilence> = {}): StoredSilence {
  return { id: 's', scope, levels: [], from: 1000, to: 2000, repeats: null, cuts: [], reason: '', by: 'Lin', ...over }
}
const cctvOf = (site: string) => silence({ kind: 'system', site, system: 'cctv' })
const fault = {
  customer: 'acme',
  site: 'tower',
  timezone: 'UTC',
  device: 'cam-1',
  systems: ['cctv'],
  level: 'L3' as FaultLevel,
}
const isSilent = (it: StoredSilence, of: Partial<typeof fault> = {}, at = 1500): boolean =>
  silenceOver([it], { ...fault, ...of }, at) !== null

test('covers what is in its scope, and nothing of another site or customer', () => {
  expect(isSilent(silence({ kind: 'customer', customer: 'acme' }))).toBe(true)
  expect(isSilent(silence({ kind: 'customer', customer: 'other' }))).toBe(false)
  expect(isSilent(silence({ kind: 'site', site: 'tower' }))).toBe(true)
  expect(isSilent(silence({ kind: 'site', site: 'mall' }))).toBe(false)
  expect(isSilent(silence({ kind: 'device', site: 'tower', device: 'cam-1' }))).toBe(true)
  expect(isSilent(silence({ kind: 'device', site: 'mall', device: 'cam-1' }))).toBe(false)
  expect(isSilent(silence({ kind: 'device', site: 'tower', device: 'cam-2' }))).toBe(false)
})

test('a system’s covers what concerns this system alone', () => {
  expect(isSilent(cctvOf('tower'))).toBe(true)
  expect(isSilent(cctvOf('tower'), { systems: ['cctv', 'access'] })).toBe(false)
  expect(isSilent(cctvOf('tower'), { systems: [] })).toBe(false)
  expect(isSilent(cctvOf('mall'))).toBe(false)
})

test('holds from its first instant up to its last, which is out, at the levels that it names', () => {
  const site: SilenceScope = { kind: 'site', site: 'tower' }
  expect([999, 1000, 1999, 2000].map((at) => isSilent(silence(site), {}, at))).toEqual([false, true, true, false])
  const mild = silence(site, { levels: ['L3', 'L4'] })
  expect([isSilent(mild), isSilent(mild, { level: 'L2' })]).toEqual([true, false])
})

test('of several the one that ends last tells until when', () => {
  const site: SilenceScope = { kind: 'site', site: 'tower' }
  const all = [silence(site, { to: 1800 }), silence(site, { to: 1900 }), silence(site, { from: 1600, to: 3000 })]
  expect(silenceOver(all, fault, 1500)?.until).toBe(1900)
})

test('one that recurs holds in the local time of the fault’s site, and not where it was cut short', () => {
  const nightly = { every: 'week' as const, days: [1, 2, 3, 4, 5, 6, 7], fromTime: '22:00', toTime: '02:00' }
  const at = (text: string): number => Date.parse(`2026-11-${text}Z`)
  const over = { from: at('01T00:00'), to: at('30T00:00'), repeats: nightly }
  const night = silence({ kind: 'customer', customer: 'acme' }, over)
  const hours = ['24T21:59', '24T22:00', '25T01:59', '25T02:00'].map(at)
  expect(hours.map((it) => isSilent(night, {}, it))).toEqual([false, true, true, false])
  // 22:00 in Shanghai is 14:00 UTC.
  const there = ['24T13:59', '24T14:00', '24T18:00'].map(at)
  expect(there.map((it) => isSilent(night, { timezone: 'Asia/Shanghai' }, it))).toEqual([false, true, false])
  expect(silenceOver([night], fault, at('24T23:00'))?.until).toBe(at('25T02:00'))
  const cut = silence(night.scope, { ...over, cuts: ['2026-11-24T23:00:00Z'] })
  expect([at('24T22:30'), at('24T23:00'), at('25T22:30')].map((it) => isSilent(cut, {}, it))).toEqual([
    true,
    false,
    true,
  ])
  expect(isSilent(silence(night.scope, { ...over, to: at('24T00:00') }), {}, at('24T22:30'))).toBe(false)
})
