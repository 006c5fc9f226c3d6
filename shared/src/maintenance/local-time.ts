const dayMs = 86_400_000
const minuteMs = 60_000

/** A day of the calendar as the number of days since 1970-01-01. */
export const dayOf = (date: string): number => Math.floor(Date.parse(`${date}T00:00:00Z`) / dayMs)

/** 1 for Monday to 7 for Sunday (ISO 8601). */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1

/** The day that the zone's calendar shows at an instant. */
export const dayAt = (atMs: number, timezone: string): number => Math.floor((atMs + offsetAt(atMs, timezone)) / dayMs)

/** The same as `2026-12-25`. */
export const dateAt = (atMs: number, timezone: string): string =>
  new Date(dayAt(atMs, timezone) * dayMs).toISOString().slice(0, 10)

/** Minutes since midnight of `22:30`. */
export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

/** The first instant (ms since 1970) at which the zone's clock shows this date and time, or a later one. */
export function instantAt(date: string, time: string, timezone: string): number {
  return instantOf(dayOf(date), minutesOf(time), timezone)
}

/** The same of a day's number and minutes since midnight. */
export function instantOf(day: number, minutes: number, timezone: string): number {
  const shown = day * dayMs + minutes * minuteMs
  // No zone changes its clock twice within these two days, so it shows the time by one of these offsets or not at all.
  const before = offsetAt(shown - dayMs, timezone)
  const after = offsetAt(shown + dayMs, timezone)
  const candidates = [shown - before, shown - after].sort((a, b) => a - b)
  const found = candidates.find((it) => it + offsetAt(it, timezone) === shown)
  const [earlier = shown, later = shown] = candidates
  return found ?? firstWith(after, earlier, later, timezone)
}

/** The instant at which the clock is put forward: the first with this offset, after `from` and not after `to`. */
function firstWith(offset: number, from: number, to: number, timezone: string): number {
  let [without, having] = [from, to]
  while (having - without > 1) {
    const middle = Math.floor((without + having) / 2)
    if (offsetAt(middle, timezone) === offset) having = middle
    else without = middle
  }
  return having
}

/** Enough for decades of a few zones; more would only fill the memory. */
const mostDaysKept = 50_000
const offsetsByDay = new Map<string, number>()

/** What the zone's clock shows at an instant, as if it were UTC, less that instant; in ms. */
function offsetAt(atMs: number, timezone: string): number {
  // To ask for each instant would take most of the time that a list of windows takes.
  const day = Math.floor(atMs / dayMs)
  const begins = offsetOfDay(day, timezone)
  // No zone goes there and back within a day.
  return begins === offsetOfDay(day + 1, timezone) ? begins : readOffset(atMs, timezone)
}

function offsetOfDay(day: number, timezone: string): number {
  const key = `${timezone} ${day}`
  const known = offsetsByDay.get(key)
  if (known !== undefined) return known
  if (offsetsByDay.size >= mostDaysKept) offsetsByDay.clear()
  const offset = readOffset(day * dayMs, timezone)
  offsetsByDay.set(key, offset)
  return offset
}

const formats = new Map<string, Intl.DateTimeFormat>()

function readOffset(atMs: number, timezone: string): number {
  const format =
    formats.get(timezone) ??
    new Intl.DateTimeFormat('en-u-ca-iso8601', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
  formats.set(timezone, format)
  const parts = new Map(format.formatToParts(atMs).map((it) => [it.type, Number(it.value)]))
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0
  const [month, day] = [part('month') - 1, part('day')]
  const shown = Date.UTC(part('year'), month, day, part('hour'), part('minute'), part('second'))
  return shown - Math.floor(atMs / 1000) * 1000
}
