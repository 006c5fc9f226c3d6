/** The time around a fault, and what a point was before, at and after it. Pure. */
import type { Fault, Series } from '@steward/shared/api'
import type { PointValue } from '@steward/shared/model'

export type Around = {
  from: string
  to: string
  buckets: number
  openedMs: number
  /** null while it runs */
  closedMs: number | null
  isOver: boolean
}

const beforeMs = 30 * 60_000
const afterMs = 30 * 60_000
const longestMs = 12 * 3_600_000
/** However short it is as yet, it has a place in the picture. */
const leastMs = 5 * 60_000
const buckets = 120

/** Half an hour before it opened to half an hour after it closed, or to now; of a long fault its beginning. */
export function around(fault: Pick<Fault, 'openedAt' | 'closedAt'>, now: number): Around {
  const openedMs = Date.parse(fault.openedAt)
  const closedMs = fault.closedAt === null ? null : Date.parse(fault.closedAt)
  const end = Math.min(now, (closedMs ?? now) + afterMs, openedMs + longestMs)
  return {
    from: new Date(openedMs - beforeMs).toISOString(),
    to: new Date(Math.max(end, openedMs + leastMs)).toISOString(),
    buckets,
    openedMs,
    closedMs,
    isOver: closedMs !== null,
  }
}

/** The last value before it opened, the first from then on, the first after it closed; null where nothing was read. */
export function valuesAround(
  series: Series['buckets'],
  { openedMs, closedMs }: Pick<Around, 'openedMs' | 'closedMs'>,
): { before: PointValue; at: PointValue; after: PointValue } {
  const isBefore = (ms: number) => (it: Series['buckets'][number]) => Date.parse(it.at) < ms
  const before = series.findLast(isBefore(openedMs))
  const at = series.find((it) => Date.parse(it.at) >= openedMs && (closedMs === null || Date.parse(it.at) < closedMs))
  const after = closedMs === null ? undefined : series.find((it) => Date.parse(it.at) >= closedMs)
  return { before: before?.last ?? null, at: at?.last ?? null, after: after?.last ?? null }
}
