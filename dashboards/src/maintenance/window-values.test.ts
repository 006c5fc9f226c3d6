import { describe, expect, test } from 'vitest'
import { instantOfInput, localInput, stepDay } from './local-input.ts'
import { inputOf, newWindow, valuesOf } from './window-values.ts'

const zone = 'Europe/Berlin'
const now = Date.parse('2026-11-24T20:15:00Z')
const fresh = newWindow({ site: 'tower', zone, now })

test('local fields are of the zone, and back', () => {
  expect(localInput(now, zone)).toBe('2026-11-24T21:15')
  expect(instantOfInput('2026-11-24T21:15', zone)).toBe(now)
  expect(instantOfInput('', zone)).toBeNull()
  expect(instantOfInput('2026-11-24', zone)).toBeNull()
  expect(stepDay('2026-12-31', 1)).toBe('2027-01-01')
})

describe('a form', () => {
  test('once: two hours from now on', () => {
    expect(inputOf(fresh, zone)).toEqual({
      systems: [],
      devices: [],
      reason: '',
      from: '2026-11-24T20:15:00.000Z',
      to: '2026-11-24T22:15:00.000Z',
    })
    expect(inputOf({ ...fresh, to: fresh.from }, zone)).toBeNull()
  })

  test('every week, to the end of the window that begins on the last day', () => {
    const weekly = { ...fresh, how: 'week' as const, days: ['6', '5'], firstDay: '2026-12-01', lastDay: '2026-12-31' }
    expect(inputOf(weekly, zone)?.repeats).toEqual({
      every: 'week',
      days: [5, 6],
      fromTime: '22:00',
      toTime: '02:00',
      since: '2026-11-30T23:00:00.000Z',
      until: '2027-01-01T01:00:00.000Z',
    })
    expect(inputOf({ ...weekly, toTime: '23:00' }, zone)?.repeats?.until).toBe('2026-12-31T22:00:00.000Z')
    expect(inputOf({ ...weekly, days: [] }, zone)).toBeNull()
    expect(inputOf({ ...weekly, fromTime: '' }, zone)).toBeNull()
  })

  test.each([
    { ...fresh, reason: 'new lens', devices: ['cam-01'] },
    { ...fresh, how: 'week' as const, days: ['1', '7'], firstDay: '2026-12-01', lastDay: '2026-12-31' },
    { ...fresh, how: 'week' as const, days: ['3'], fromTime: '08:00', toTime: '12:00', lastDay: '2026-12-30' },
    { ...fresh, how: 'week' as const, days: ['5'], toTime: '06:00', lasts: '3', lastDay: '2026-12-25' },
    { ...fresh, how: 'date' as const, dates: ['2026-12-25', '2027-01-01'], systems: ['cctv'] },
  ])('shows what is there as it was entered', (values) => {
    const input = inputOf(values, zone)
    expect(input).not.toBeNull()
    expect(valuesOf({ ...fresh, ...input, id: 'w', cuts: [] }, 'tower', zone, now)).toEqual(values)
  })
})
