/** From the hub's spans to what a chart draws: where nothing was read for too long there is a gap, not a line. */
import type { Series } from '@steward/shared/api'

/** Columns as uPlot takes them: time in ms, then least, mean, greatest. */
export type Columns = [number[], (number | null)[], (number | null)[], (number | null)[]]

type Buckets = Series['buckets']

/** Longer than this without a sample is a gap: missed readings, and not only spans shorter than the reading interval. */
export function gapMs(bucketMs: number, pollIntervalMs: number): number {
  return Math.max(1.5 * bucketMs, 2.5 * pollIntervalMs)
}

export function columnsOf(buckets: Buckets, maxGapMs: number, bucketMs: number): Columns {
  const columns: Columns = [[], [], [], []]
  let last: number | null = null
  for (const bucket of buckets) {
    if (bucket.mean === null) continue
    const at = Date.parse(bucket.at) + bucketMs / 2
    if (last !== null && at - last > maxGapMs) push(columns, (last + at) / 2, null, null, null)
    push(columns, at, bucket.min, bucket.mean, bucket.max)
    last = at
  }
  return columns
}

function push(columns: Columns, at: number, min: number | null, mean: number | null, max: number | null): void {
  columns[0].push(at)
  columns[1].push(min)
  columns[2].push(mean)
  columns[3].push(max)
}

export type WordSpan = { fromMs: number; toMs: number; word: string }

/** A state over time as stretches of one word each; a gap parts them. */
export function wordSpans(buckets: Buckets, maxGapMs: number, bucketMs: number): WordSpan[] {
  const spans: WordSpan[] = []
  for (const { at, last } of buckets) {
    if (last === null) continue
    const fromMs = Date.parse(at)
    const word = String(last)
    const before = spans.at(-1)
    if (before !== undefined && fromMs - before.toMs <= maxGapMs) {
      before.toMs = before.word === word ? fromMs + bucketMs : fromMs
      if (before.word === word) continue
    }
    spans.push({ fromMs, toMs: fromMs + bucketMs, word })
  }
  return spans
}

/** Whether a series is one of words, not of figures. */
export function isOfWords(buckets: Buckets): boolean {
  return buckets.length > 0 && buckets.every((it) => it.mean === null)
}
