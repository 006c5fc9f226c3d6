import { instantAt } from '@steward/shared/maintenance'
import { dayAfter, localInput } from './local-input.ts'

const hourMs = 3_600_000

/** How long one silences: a little while, or until people are there in the morning. */
export type Preset = { name: 'hour' | 'fourHours' | 'morning' | 'tomorrow'; until: number }

/** Who is up before five in the morning means this morning and not the next. */
export function silencePresets(now: number, zone: string): Preset[] {
  const isNight = localInput(now, zone).slice(11) < '05:00'
  return [
    { name: 'hour', until: now + hourMs },
    { name: 'fourHours', until: now + 4 * hourMs },
    { name: isNight ? 'morning' : 'tomorrow', until: instantAt(dayAfter(now, zone, isNight ? 0 : 1), '08:00', zone) },
  ]
}
