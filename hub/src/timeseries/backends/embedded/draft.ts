import type { PointValue } from '@steward/shared/model'
import type { KnownSeries, SeriesCatalogue } from './known-series.ts'

type Key = { site: string; device: string; point: string }
/** `entry` is the catalogue's own, to be brought up to date once the values are safe. */
type Touched = Key & { entry: KnownSeries; isNew: boolean; at: number; value: PointValue }

/** What a transaction will have made true, kept apart until it is through. */
export type Draft = {
  series: SeriesCatalogue
  touched: Map<KnownSeries, Touched>
  fresh: Map<string, KnownSeries>
}

export function createDraft(series: SeriesCatalogue): Draft {
  return { series, touched: new Map(), fresh: new Map() }
}

/** The id of a series, new or known; notes the value as its last where it is. */
export function touch(draft: Draft, key: Key, at: number, value: PointValue): number {
  const known = draft.series.device(key.site, key.device)?.points.get(key.point)
  const entry = known ?? freshSeries(draft, key)
  const touched = draft.touched.get(entry)
  if (touched === undefined) draft.touched.set(entry, { ...key, entry, isNew: known === undefined, at, value })
  else if (at >= touched.at) Object.assign(touched, { at, value })
  return entry.id
}

function freshSeries(draft: Draft, { site, device, point }: Key): KnownSeries {
  const name = `${site}\0${device}\0${point}`
  const entry = draft.fresh.get(name) ?? { id: draft.series.nextId(), at: -1, value: null }
  draft.fresh.set(name, entry)
  return entry
}

/** Series that the file does not have yet. */
export function newSeries(draft: Draft): (Key & { id: number })[] {
  return [...draft.touched.values()]
    .filter((it) => it.isNew)
    .map(({ entry, site, device, point }) => ({ id: entry.id, site, device, point }))
}

/** The values are safe: they become what is known. */
export function settle(draft: Draft): void {
  for (const { entry, isNew, at, value, ...key } of draft.touched.values()) {
    if (isNew) draft.series.add(key, entry)
    if (at >= entry.at) Object.assign(entry, { at, value })
  }
}
