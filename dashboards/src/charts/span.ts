/** Which time a page's charts show: pure, from what stands in the address. */
import type { RangeName } from '../search.ts'

export type Span = { fromMs: number; toMs: number; stepMs: number; isLive: boolean }

const hourMs = 3_600_000
export const rangeMs: Readonly<Record<RangeName, number>> = {
  '1h': hourMs,
  '6h': 6 * hourMs,
  '24h': 24 * hourMs,
  '7d': 7 * 24 * hourMs,
  '30d': 30 * 24 * hourMs,
}
export const defaultRange: RangeName = '1h'
/** As many as a chart has room for. */
export const bucketCount = 240
const minSpanMs = 60_000

/**
 * A length that ends now, or two instants. What ends now ends at a whole step, so that the question stays the same for the
 * length of a step and its answer can be kept.
 */
export function spanOfSearch(
  search: { range?: RangeName | undefined; from?: string | undefined; to?: string | undefined },
  now: number,
): Span {
  const from = Date.parse(search.from ?? '')
  const to = Date.parse(search.to ?? '')
  if (Number.isFinite(from) && Number.isFinite(to) && to > from) return fixedSpan(from, to)
  const length = rangeMs[search.range ?? defaultRange]
  const stepMs = length / bucketCount
  const toMs = Math.ceil(now / stepMs) * stepMs
  return { fromMs: toMs - length, toMs, stepMs, isLive: true }
}

/** Two instants as a span; never so short that there is nothing in it. */
export function fixedSpan(fromMs: number, toMs: number): Span {
  const length = Math.max(minSpanMs, toMs - fromMs)
  return { fromMs, toMs: fromMs + length, stepMs: length / bucketCount, isLive: false }
}
