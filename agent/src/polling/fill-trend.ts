/** When a storage is full, if it goes on as it did. Pure. */

/** Share used, in percent, over time in ms; oldest first. */
export type Fill = readonly { atMs: number; percent: number }[]

/** One point in five minutes, over six hours: a copy that takes a while is no trend. */
const everyMs = 300_000
const overMs = 6 * 3_600_000
const leastMs = 3_600_000
/** Less than that is rounding. */
const leastRise = 0.5

export function withFill(before: Fill, atMs: number, percent: number): Fill {
  const last = before.at(-1)
  if (last !== undefined && atMs - last.atMs < everyMs) return before
  return [...before, { atMs, percent }].filter((it) => atMs - it.atMs <= overMs)
}

/** By the line of least squares; null where it was watched for less than an hour, or does not rise. One that is full has 0. */
export function fullInMs(fill: Fill): number | null {
  const [first, last] = [fill[0], fill.at(-1)]
  if (first === undefined || last === undefined || last.atMs - first.atMs < leastMs) return null
  // What is kept full, as recorders do that write over the oldest, does not fill.
  if (last.percent - first.percent < leastRise) return null
  const meanAt = mean(fill.map((it) => it.atMs))
  const meanPercent = mean(fill.map((it) => it.percent))
  const spread = fill.reduce((sum, it) => sum + (it.atMs - meanAt) ** 2, 0)
  const perMs = fill.reduce((sum, it) => sum + (it.atMs - meanAt) * (it.percent - meanPercent), 0) / spread
  return perMs > 0 ? Math.max(0, (100 - last.percent) / perMs) : null
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, it) => sum + it, 0) / values.length
}
