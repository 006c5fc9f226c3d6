import type { Series } from '@steward/shared/api'

const roomPx = 3
/** Nothing for so many spans, and for longer than the usual interval of reading: a gap. */
const gapSpans = 4
const usualGapMs = 150_000

/** The mean over time as an SVG path within `width` × `height`; a gap begins the line anew. Empty for words. */
export function sparkPath(
  series: Pick<Series, 'from' | 'to' | 'bucketMs' | 'buckets'>,
  width: number,
  height: number,
): string {
  const start = Date.parse(series.from)
  const length = Math.max(1, Date.parse(series.to) - start)
  const points = series.buckets.flatMap((it) => (it.mean === null ? [] : [{ ms: Date.parse(it.at), value: it.mean }]))
  const values = points.map((it) => it.value)
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const y = (value: number): number =>
    high === low ? height / 2 : height - roomPx - ((value - low) / (high - low)) * (height - 2 * roomPx)
  const gapMs = Math.max(gapSpans * series.bucketMs, usualGapMs)
  let last: number | null = null
  return points
    .map(({ ms, value }) => {
      const begins = last === null || ms - last > gapMs
      last = ms
      const x = Math.round(((ms - start) / length) * width * 10) / 10
      return `${begins ? 'M' : 'L'}${x} ${Math.round(y(value) * 10) / 10}`
    })
    .join('')
}
