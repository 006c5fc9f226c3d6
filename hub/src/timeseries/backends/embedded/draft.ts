import type { PointValue } from '@steward/shared/model'
import type { KnownDevice, KnownSeries, SeriesCatalogue } from './known-series.ts'

type Fresh = { site: string; device: string; point: string; entry: KnownSeries }

/** What a transaction will have made true, kept apart until it is through. */
export type Draft = {
  catalogue: SeriesCatalogue
  /** series that the file does not have yet, by their whole name */
  fresh: Map<string, Fresh>
  /** values in the order of writing: whose, when, what */
  touched: KnownSeries[]
  times: number[]
  values: PointValue[]
}

/** No device has so many points; one that makes up new names all the time must not fill the memory. */
const maxPoints = 10_000

export function createDraft(catalogue: SeriesCatalogue): Draft {
  return { catalogue, fresh: new Map(), touched: [], times: [], values: [] }
}

/** Notes a value and gives the id of its series, known or new; null where the device has too many already. */
export function touch(
  draft: Draft,
  known: KnownDevice | undefined,
  key: Omit<Fresh, 'entry'>,
  at: number,
  value: PointValue,
): number | null {
  const entry = known?.points.get(key.point) ?? freshSeries(draft, known, key)
  if (entry === null) return null
  draft.touched.push(entry)
  draft.times.push(at)
  draft.values.push(value)
  return entry.id
}

function freshSeries(draft: Draft, known: KnownDevice | undefined, key: Omit<Fresh, 'entry'>): KnownSeries | null {
  const name = `${key.site}\0${key.device}\0${key.point}`
  const before = draft.fresh.get(name)
  if (before !== undefined) return before.entry
  if ((known?.points.size ?? 0) >= maxPoints) return null
  const entry: KnownSeries = { id: draft.catalogue.nextId(), at: -1, value: null }
  draft.fresh.set(name, { site: key.site, device: key.device, point: key.point, entry })
  return entry
}

/** The values are safe: they become what is known. */
export function settle(draft: Draft): void {
  for (const { entry, ...key } of draft.fresh.values()) draft.catalogue.add(key, entry)
  for (const [i, entry] of draft.touched.entries()) {
    const at = draft.times[i] ?? -1
    if (at < entry.at) continue
    entry.at = at
    entry.value = draft.values[i] ?? null
  }
}
