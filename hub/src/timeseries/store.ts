import type { PointValue } from '@steward/shared/model'

/** The values of one device read at one time (milliseconds since 1970). */
export type Sample = { device: string; at: number; values: Readonly<Record<string, PointValue>> }

/** The samples of one site; `customer` is who pays for it now, so that a customer's files lie together. */
export type SampleBatch = { customer: string; site: string; samples: readonly Sample[] }

/** What is known last of a point; the value is null when it could not be read then. */
export type LatestValue = { point: string; at: number; value: PointValue }

export type SeriesRequest = {
  site: string
  device: string
  point: string
  /** first instant, and the first one after the end */
  from: number
  to: number
  buckets: number
}

/**
 * One span of `bucketMsOf(request)` that begins at `at`. `count` counts values that were readable; figures are of the
 * numbers among them, null where there are none.
 */
export type Bucket = {
  at: number
  count: number
  min: number | null
  max: number | null
  mean: number | null
  last: PointValue
}

/** What a round of upkeep did. */
export type Upkeep = { sealedFiles: number; deletedFiles: number }

/**
 * Where the values of all points are kept. Every backend passes the same contract suite
 * (tests/contract/timeseries-store.test.ts).
 */
export type TimeSeriesStore = {
  /**
   * Durable when it resolves. Idempotent by site, device, point and time: written again, a value is there once (which of
   * two different ones is kept is not said). Values older than what is kept are left out and counted.
   */
  write(batch: SampleBatch): Promise<{ stored: number; leftOut: number }>
  /** The last value of every point of a device that was ever written, in no order. */
  latest(of: { site: string; device: string }): Promise<LatestValue[]>
  /**
   * Equal spans from `from`, oldest first; one without readable values is left out. Over long ranges the edges of a span
   * are exact to a quarter of it, since they come from roll-ups.
   */
  series(request: SeriesRequest): Promise<Bucket[]>
  /** Closes old days, merges what came late, deletes what is past its time. Called now and then; harmless at any time. */
  upkeep(): Promise<Upkeep>
  /** The site is gone: nothing of it is found any more, also when another gets its name. */
  forget(site: string): Promise<void>
  /** Writes a consistent copy into an empty folder while in use; put in place of the data folder it is the store as it was. */
  backup(folder: string): Promise<void>
  /** Reads everything back, for a copy that was just made or restored; throws where something cannot be read. */
  check(): Promise<{ files: number; values: number }>
  close(): Promise<void>
}

export type StoreOptions = {
  /** folder of its own */
  folder: string
  now: () => number
  warn: (message: string, facts: Record<string, unknown>) => void
}

/** Width of a bucket, in whole milliseconds; so many fit that there are never more than were asked for. */
export function bucketMsOf(request: { from: number; to: number; buckets: number }): number {
  return Math.max(1, Math.ceil((request.to - request.from) / request.buckets))
}
