/** What a form holds of a maintenance window, and back. */
import { dateAt, daysOf, instantAt } from '@steward/shared/maintenance'
import type { MaintenanceInput, MaintenanceWindow } from '@steward/shared/model'
import { instantOfInput, localInput, stepDay } from './local-input.ts'

export type WindowValues = {
  site: string
  systems: string[]
  devices: string[]
  how: 'once' | 'week' | 'date'
  /** local, `2026-11-27T22:00` */
  from: string
  to: string
  /** `1` is Monday */
  days: string[]
  dates: string[]
  fromTime: string
  toTime: string
  /** ends so many days after it begins; empty: on the same day or the following */
  lasts: string
  /** first and last day of a window that recurs; empty: from now on, for ever */
  firstDay: string
  lastDay: string
  reason: string
}

const hourMs = 3_600_000

/** A new window: two hours from now on, or at night. */
export function newWindow(it: { site: string; devices?: readonly string[]; zone: string; now: number }): WindowValues {
  return {
    site: it.site,
    systems: [],
    devices: [...(it.devices ?? [])],
    how: 'once',
    from: localInput(it.now, it.zone),
    to: localInput(it.now + 2 * hourMs, it.zone),
    days: [],
    dates: [],
    fromTime: '22:00',
    toTime: '02:00',
    lasts: '',
    firstDay: '',
    lastDay: '',
    reason: '',
  }
}

/** The values of a window that is there. */
export function valuesOf(window: MaintenanceWindow, site: string, zone: string, now: number): WindowValues {
  const { systems, devices, reason, repeats } = window
  const common = { ...newWindow({ site, zone, now }), systems, devices, reason }
  if (repeats === undefined) {
    const [from, to] = [Date.parse(window.from ?? ''), Date.parse(window.to ?? '')]
    return { ...common, from: localInput(from, zone), to: localInput(to, zone) }
  }
  const { fromTime, toTime, since, until } = repeats
  const last = until === undefined ? '' : dateAt(Date.parse(until) - 1, zone)
  return {
    ...common,
    how: repeats.every,
    days: repeats.every === 'week' ? repeats.days.map(String) : [],
    dates: repeats.every === 'date' ? [...repeats.dates].sort() : [],
    fromTime,
    toTime,
    // What has begun counts on from now, whatever its first day was.
    firstDay: since === undefined || Date.parse(since) <= now ? '' : dateAt(Date.parse(since), zone),
    lasts: repeats.lastsDays === undefined ? '' : String(repeats.lastsDays),
    lastDay: last === '' ? '' : stepDay(last, -daysOf(repeats)),
  }
}

/** What is asked of the hub; null while something is missing. Local times are of `zone`. */
export function inputOf(values: WindowValues, zone: string): MaintenanceInput | null {
  const { systems, devices, fromTime, toTime } = values
  const common = { systems, devices, reason: values.reason.trim() }
  if (values.how === 'once') {
    const [from, to] = [instantOfInput(values.from, zone), instantOfInput(values.to, zone)]
    if (from === null || to === null || to <= from) return null
    return { ...common, from: new Date(from).toISOString(), to: new Date(to).toISOString() }
  }
  if (!/^\d\d:\d\d$/.test(fromTime) || !/^\d\d:\d\d$/.test(toTime)) return null
  const times = { fromTime, toTime, ...(values.lasts === '' ? {} : { lastsDays: Number(values.lasts) }) }
  const hours = { ...times, ...boundsOf(values, times, zone) }
  if (values.how === 'week') {
    const days = values.days.map(Number).sort((a, b) => a - b)
    return days.length === 0 ? null : { ...common, repeats: { every: 'week', days, ...hours } }
  }
  return values.dates.length === 0 ? null : { ...common, repeats: { every: 'date', dates: values.dates, ...hours } }
}

/** A calendar has its bounds in its days; weeks go on to the end of the window that begins on the last day. */
function boundsOf(
  { how, firstDay, lastDay }: WindowValues,
  times: Parameters<typeof daysOf>[0],
  zone: string,
): { since?: string; until?: string } {
  if (how !== 'week') return {}
  const instant = (date: string, time: string): string => new Date(instantAt(date, time, zone)).toISOString()
  return {
    ...(firstDay === '' ? {} : { since: instant(firstDay, '00:00') }),
    ...(lastDay === '' ? {} : { until: instant(stepDay(lastDay, daysOf(times)), times.toTime) }),
  }
}
