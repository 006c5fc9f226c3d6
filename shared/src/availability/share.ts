import type { DeviceState } from '../model/index.ts'

/** From `from` on and before `to`, in milliseconds since 1970. */
export type Span = { from: number; to: number }
/** What it is from `at` on; of several at one instant the last one counts. */
export type Told = { at: number; state: DeviceState }
/** Milliseconds of each state. Availability is `upMs` of `upMs` and `downMs`: nobody knows what was in `unknownMs`. */
export type Share = { upMs: number; downMs: number; unknownMs: number }

/**
 * How long each state held within a span, in milliseconds, leaving out the time in `leftOut`. Neither list needs an order,
 * so that what is told late counts as if it had been told in time; before the first word the state is unknown.
 */
export function shareOf(told: readonly Told[], span: Span, leftOut: readonly Span[] = []): Share {
  const share: Share = { upMs: 0, downMs: 0, unknownMs: 0 }
  const gaps = joined(leftOut)
  const stretches = stretchesOf(told, span)
  let first = 0
  for (const { from, to, state } of stretches) {
    while ((gaps[first]?.to ?? Number.POSITIVE_INFINITY) <= from) first += 1
    let lengthMs = to - from
    for (let i = first; i < gaps.length && (gaps[i]?.from ?? to) < to; i += 1)
      lengthMs -= overlap(gaps[i], { from, to })
    share[`${state}Ms`] += lengthMs
  }
  return share
}

/** The same with nothing down in these spans: what does not answer, yet serves those that need it, is not down. */
export function upDuring(told: readonly Told[], spans: readonly Span[]): readonly Told[] {
  const up = joined(spans)
  if (up.length === 0) return told
  const everything = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }
  return stretchesOf(told, everything).flatMap(({ from, to, state }): Told[] => {
    if (state !== 'down') return [{ at: from, state }]
    const within = up.filter((it) => it.from < to && from < it.to)
    const parts = within.flatMap((it): Told[] => [
      { at: Math.max(from, it.from), state: 'up' },
      ...(it.to < to ? [{ at: it.to, state }] : []),
    ])
    return [{ at: from, state }, ...parts]
  })
}

type Stretch = Span & { state: DeviceState }

function stretchesOf(told: readonly Told[], span: Span): Stretch[] {
  const sorted = told.map((it, i) => ({ ...it, i })).sort((a, b) => a.at - b.at || a.i - b.i)
  const stretches: Stretch[] = []
  let from = span.from
  let state: DeviceState = 'unknown'
  for (const next of sorted) {
    if (next.at >= span.to) break
    if (next.at > from) {
      stretches.push({ from, to: next.at, state })
      from = next.at
    }
    state = next.state
  }
  if (from < span.to) stretches.push({ from, to: span.to, state })
  return stretches
}

/** Spans in order, those that meet made one, empty ones left out. */
function joined(spans: readonly Span[]): Span[] {
  const all: Span[] = []
  for (const span of spans.filter((it) => it.from < it.to).sort((a, b) => a.from - b.from)) {
    const last = all.at(-1)
    if (last !== undefined && span.from <= last.to) all[all.length - 1] = { ...last, to: Math.max(last.to, span.to) }
    else all.push(span)
  }
  return all
}

function overlap(a: Span | undefined, b: Span): number {
  return a === undefined ? 0 : Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from))
}
