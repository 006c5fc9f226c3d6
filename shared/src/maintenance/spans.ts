import type { MaintenanceWindow, Repetition } from '../model/index.ts'
import { dayAt, dayOf, instantOf, minutesOf, weekdayOf } from './local-time.ts'

/** Milliseconds since 1970; `to` is out. */
export type Span = { from: number; to: number }

type Timed = Pick<MaintenanceWindow, 'from' | 'to' | 'repeats' | 'cuts'>

/** Every time that a window is under way within a span, whole (not clipped to it), earliest first. The span is finite. */
export function spansOf(window: Timed, timezone: string, asked: Span): Span[] {
  const { repeats } = window
  if (asked.from >= asked.to) return []
  const touches = (it: Span): boolean => it.from < it.to && it.from < asked.to && it.to > asked.from
  if (repeats === undefined) return onceOf(window).filter(touches)
  const bounds = boundsOf(repeats)
  const [from, to] = [Math.max(asked.from, bounds.from), Math.min(asked.to, bounds.to)]
  if (from >= to) return []
  // What began on an earlier day may still run, where clocks are put back a little longer.
  const days = daysIn(repeats, dayAt(from, timezone) - daysOf(repeats) - 1, dayAt(to, timezone))
  const cuts = window.cuts.map((it) => Date.parse(it)).sort((a, b) => a - b)
  return days
    .map((day) => within(spanOn(day, repeats, timezone), bounds))
    .map((it) => ({ from: it.from, to: cuts.find((cut) => it.from < cut && cut < it.to) ?? it.to }))
    .filter(touches)
}

function onceOf({ from, to }: Timed): Span[] {
  return from === undefined || to === undefined ? [] : [{ from: Date.parse(from), to: Date.parse(to) }]
}

function boundsOf({ since, until }: Repetition): Span {
  return {
    from: since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since),
    to: until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until),
  }
}

function within(span: Span, bounds: Span): Span {
  return { from: Math.max(span.from, bounds.from), to: Math.min(span.to, bounds.to) }
}

/** The days on which a window begins, from the first to the last of these, in order. */
function daysIn(repeats: Repetition, first: number, last: number): number[] {
  if (repeats.every === 'date') {
    const days = [...new Set(repeats.dates)].map(dayOf).sort((a, b) => a - b)
    return days.filter((it) => first <= it && it <= last)
  }
  const wanted = new Set(repeats.days)
  return Array.from({ length: last - first + 1 }, (_, at) => first + at).filter((it) => wanted.has(weekdayOf(it)))
}

/** How many days after the day on which a window begins it ends. */
export function daysOf({ fromTime, toTime, lastsDays }: Pick<Repetition, 'fromTime' | 'toTime' | 'lastsDays'>): number {
  return lastsDays ?? (toTime <= fromTime ? 1 : 0)
}

function spanOn(day: number, repeats: Repetition, timezone: string): Span {
  return {
    from: instantOf(day, minutesOf(repeats.fromTime), timezone),
    to: instantOf(day + daysOf(repeats), minutesOf(repeats.toTime), timezone),
  }
}

/** The span that is under way at an instant, or null: from its first instant up to, not including, its last. */
export function runningSpan(window: Timed, timezone: string, atMs: number): Span | null {
  return spansOf(window, timezone, { from: atMs, to: atMs + 1 })[0] ?? null
}

const stepMs = 21 * 86_400_000
/** Further ahead than any calendar may reach. */
const horizonMs = 200 * 366 * 86_400_000

/** The next times that a window begins after an instant, at most `count`. */
export function nextSpans(window: Timed, timezone: string, afterMs: number, count: number): Span[] {
  const begins = (it: Span): boolean => it.from > afterMs
  const { repeats } = window
  if (repeats?.every !== 'week') {
    return spansOf(window, timezone, { from: afterMs, to: afterMs + horizonMs })
      .filter(begins)
      .slice(0, count)
  }
  // Weeks go on for ever, so they are looked at a few at a time, from the first on.
  const bounds = boundsOf(repeats)
  const found: Span[] = []
  let from = Math.max(afterMs, bounds.from)
  // A time that is left out by the clock costs a week at most.
  for (let steps = 0; steps <= count && found.length < count && from < bounds.to; steps += 1) {
    const span = { from, to: from + stepMs }
    found.push(...spansOf(window, timezone, span).filter((it) => begins(it) && span.from <= it.from))
    from = span.to
  }
  return found.slice(0, count)
}

/** When a window is over for good; null: never. A calendar whose days all fall out is over before it began. */
export function endOf(window: Timed, timezone: string): number | null {
  const { repeats } = window
  if (repeats === undefined) return onceOf(window)[0]?.to ?? 0
  if (repeats.every === 'week') return repeats.until === undefined ? null : Date.parse(repeats.until)
  const days = repeats.dates.map(dayOf)
  const all = { from: Math.min(...days) - 2, to: Math.max(...days) + daysOf(repeats) + 2 }
  const spans = spansOf(window, timezone, { from: all.from * 86_400_000, to: all.to * 86_400_000 })
  return Math.max(0, ...spans.map((it) => it.to))
}
