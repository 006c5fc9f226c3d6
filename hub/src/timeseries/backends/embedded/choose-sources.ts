import { bucketMsOf, type SeriesRequest } from '../../store.ts'
import type { Catalogue } from './catalogue.ts'
import { type DayTable, dayMs, dayOf, rollups, type Segment, type Tier, tiers } from './layout.ts'

/** What is read for a request: whole values of some days, roll-ups of others, these only within the spans given. */
export type Sources = {
  tables: DayTable[]
  values: string[]
  rolledUp: { file: string; spans: { from: number; to: number }[] }[]
}

/**
 * The widest roll-up whose spans fill a bucket exactly, or are at most a quarter of it: then the error at the edges is
 * smaller than what a chart shows.
 */
export function widestTier(request: SeriesRequest): Tier {
  const bucketMs = bucketMsOf(request)
  const fits = (ms: number): boolean => bucketMs >= 4 * ms || (bucketMs % ms === 0 && request.from % ms === 0)
  return rollups.findLast((it) => fits(tiers[it])) ?? 'raw'
}

/**
 * Chooses what to read, day by day. A day with values that came late is read whole, since a roll-up cannot tell which of
 * them it holds already; a day whose values are past their time is read from the finest roll-up that is left.
 */
export function chooseSources(catalogue: Catalogue, request: SeriesRequest): Sources {
  const touches = (from: number, to: number): boolean => from < request.to && to > request.from
  const tables = catalogue.tables.filter((it) => touches(it.day, it.day + dayMs))
  const late = new Set(tables.map((it) => it.day))
  const customers = catalogue.customers.get(request.site) ?? []
  const widest = tiers[widestTier(request)]
  const days = new Map<Segment, number[]>()
  for (const customer of customers) {
    const own = catalogue.segments.filter((it) => it.customer === customer && touches(it.from, it.to))
    for (const [day, segments] of daysOf(own, request)) {
      const best = bestOf(segments, late.has(day) ? 0 : widest)
      if (best !== undefined) days.set(best, [...(days.get(best) ?? []), day])
    }
  }
  const chosen = [...days]
  return {
    tables,
    values: chosen.filter(([it]) => it.tier === 'raw').map(([it]) => it.file),
    rolledUp: chosen
      .filter(([it]) => it.tier !== 'raw')
      .map(([segment, its]) => ({ file: segment.file, spans: spansOf(its) })),
  }
}

/** Which files hold something of a day; days that no file covers are left out. */
function daysOf(segments: readonly Segment[], request: SeriesRequest): Map<number, Segment[]> {
  const days = new Map<number, Segment[]>()
  for (const segment of segments) {
    const end = Math.min(segment.to, request.to)
    for (let day = Math.max(segment.from, dayOf(request.from)); day < end; day += dayMs) {
      const known = days.get(day)
      if (known === undefined) days.set(day, [segment])
      else known.push(segment)
    }
  }
  return days
}

function bestOf(segments: readonly Segment[], widest: number): Segment | undefined {
  const fineFirst = segments.toSorted((a, b) => tiers[a.tier] - tiers[b.tier])
  return fineFirst.findLast((it) => tiers[it.tier] <= widest) ?? fineFirst[0]
}

/** Days one after the other, in rising order, as spans. */
function spansOf(days: readonly number[]): { from: number; to: number }[] {
  const spans: { from: number; to: number }[] = []
  for (const day of days.toSorted((a, b) => a - b)) {
    const last = spans.at(-1)
    if (last?.to === day) last.to = day + dayMs
    else spans.push({ from: day, to: day + dayMs })
  }
  return spans
}
