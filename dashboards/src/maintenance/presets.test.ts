import { expect, test } from 'vitest'
import { silencePresets } from './presets.ts'

const until = (now: string, zone: string): string[] =>
  silencePresets(Date.parse(now), zone).map((it) => `${it.name} ${new Date(it.until).toISOString()}`)

test('an hour, four, or until eight in the morning of the site', () => {
  expect(until('2026-11-24T12:00:00Z', 'Asia/Shanghai')).toEqual([
    'hour 2026-11-24T13:00:00.000Z',
    'fourHours 2026-11-24T16:00:00.000Z',
    'tomorrow 2026-11-25T00:00:00.000Z',
  ])
  // Three at night there.
  expect(until('2026-11-24T19:00:00Z', 'Asia/Shanghai')[2]).toBe('morning 2026-11-25T00:00:00.000Z')
  // The night on which clocks are put back.
  expect(until('2026-10-24T20:00:00Z', 'Europe/Berlin')[2]).toBe('tomorrow 2026-10-25T07:00:00.000Z')
})
