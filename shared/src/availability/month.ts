/** The month (`2026-11`) that an instant falls into in a time zone. */
export function monthAt(atMs: number, timezone: string): string {
  const { year, month } = civilAt(atMs, timezone)
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`
}

/**
 * The days of a month (`2026-11`) in a time zone, each from its midnight to the next; days of 23 and 25 hours are what they
 * are. Where midnight is left out by the clock, the day begins at the first instant of it.
 */
export function daysOfMonth(month: string, timezone: string): { date: string; from: number; to: number }[] {
  const [year = 1970, ordinal = 1] = month.split('-').map(Number)
  const count = new Date(Date.UTC(year, ordinal, 0)).getUTCDate()
  const starts = Array.from({ length: count + 1 }, (_, day) => midnight(Date.UTC(year, ordinal - 1, day + 1), timezone))
  return Array.from({ length: count }, (_, day) => ({
    date: `${month}-${String(day + 1).padStart(2, '0')}`,
    from: starts[day] ?? 0,
    to: starts[day + 1] ?? 0,
  }))
}

/** The first instant at which the zone's calendar shows this day or a later one, to the minute. */
function midnight(utc: number, timezone: string): number {
  const minuteMs = 60_000
  // No zone is further than 15 h from UTC, so the day begins between these two.
  let before = utc - 15 * 60 * minuteMs
  let after = utc + 15 * 60 * minuteMs
  while (after - before > minuteMs) {
    const middle = before + Math.floor((after - before) / 2 / minuteMs) * minuteMs
    const { year, month, day } = civilAt(middle, timezone)
    if (Date.UTC(year, month - 1, day) < utc) before = middle
    else after = middle
  }
  return after
}

const formats = new Map<string, Intl.DateTimeFormat>()

function civilAt(atMs: number, timezone: string): { year: number; month: number; day: number } {
  const format =
    formats.get(timezone) ??
    new Intl.DateTimeFormat('en-u-ca-iso8601', {
      timeZone: timezone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    })
  formats.set(timezone, format)
  const parts = new Map(format.formatToParts(atMs).map((it) => [it.type, Number(it.value)]))
  return { year: parts.get('year') ?? 1970, month: parts.get('month') ?? 1, day: parts.get('day') ?? 1 }
}
