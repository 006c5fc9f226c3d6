import type { SilenceScope } from '@steward/shared/api'
import { expect, test } from 'vitest'
import { newSilence, silenceInputOf, silenceValuesOf } from './silence-values.ts'

const zone = 'Asia/Shanghai'
const now = Date.parse('2026-11-24T12:00:00Z')

test('begins with what one stands at, for an hour from now on', () => {
  const values = newSilence({ site: 'tower', device: 'cam-01' }, zone, now)
  expect(silenceInputOf(values, { zone, customer: 'acme' })).toEqual({
    scope: { kind: 'device', site: 'tower', device: 'cam-01' },
    levels: [],
    to: '2026-11-24T13:00:00.000Z',
    reason: '',
  })
  expect(silenceInputOf({ ...values, kind: 'customer' }, { zone, customer: 'acme' })?.scope).toEqual({
    kind: 'customer',
    customer: 'acme',
  })
})

test('asks for nothing while something is missing', () => {
  const values = newSilence({ site: 'tower' }, zone, now)
  expect(silenceInputOf(newSilence(undefined, zone, now), { zone, customer: undefined })).toBeNull()
  expect(silenceInputOf({ ...values, kind: 'device' }, { zone, customer: 'acme' })).toBeNull()
  expect(silenceInputOf({ ...values, kind: 'system' }, { zone, customer: 'acme' })).toBeNull()
  expect(silenceInputOf({ ...values, to: '' }, { zone, customer: 'acme' })).toBeNull()
  expect(silenceInputOf({ ...values, from: values.to }, { zone, customer: 'acme' })).toBeNull()
})

test.each<SilenceScope>([
  { kind: 'customer', customer: 'acme' },
  { kind: 'site', site: 'tower' },
  { kind: 'system', site: 'tower', system: 'cctv' },
  { kind: 'device', site: 'tower', device: 'cam-01' },
])('shows what is there as it was entered: $kind', (scope) => {
  const times = { from: '2026-11-24T12:00:00.000Z', to: '2026-11-25T00:00:00.000Z' }
  const input = { scope, levels: ['L3' as const, 'L4' as const], ...times, reason: 'spare part' }
  const values = silenceValuesOf({ ...input, id: 's', name: 'x', by: 'Lin', cuts: [], timezone: zone }, zone)
  expect(silenceInputOf(values, { zone, customer: 'acme' })).toEqual(input)
})

test('one that recurs asks for its hours, and for nothing while they are missing', () => {
  const values = newSilence({ site: 'tower' }, zone, now)
  const repeats = { every: 'week' as const, days: [6, 7], fromTime: '22:00', toTime: '06:00' }
  expect(silenceInputOf(values, { zone, customer: 'acme', repeats })).toEqual({
    scope: { kind: 'site', site: 'tower' },
    levels: [],
    repeats,
    reason: '',
  })
  expect(silenceInputOf(values, { zone, customer: 'acme', repeats: null })).toBeNull()
})
