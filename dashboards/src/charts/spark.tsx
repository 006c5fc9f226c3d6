import type { Series } from '@steward/shared/api'
import classes from './charts.module.css'
import { sparkPath } from './spark-path.ts'

type Props = {
  series: Series
  /** the fault's span, drawn in */
  fromMs: number
  toMs: number | null
  label: string
}

const width = 240
const height = 28

/** A small line without axes; the stretch of the fault is shaded. */
export function Spark({ series, fromMs, toMs, label }: Props) {
  const [start, end] = [Date.parse(series.from), Date.parse(series.to)]
  const x = (ms: number): number => ((Math.min(end, Math.max(start, ms)) - start) / Math.max(1, end - start)) * width
  const left = x(fromMs)
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className={classes.spark}
      role="img"
      aria-label={label}
    >
      <rect x={left} y={0} width={Math.max(1, x(toMs ?? end) - left)} height={height} fill="var(--l1-tint)" />
      <path d={`M${left} 0V${height}`} stroke="var(--l1)" strokeWidth={1} vectorEffect="non-scaling-stroke" />
      <path
        d={sparkPath(series, width, height)}
        fill="none"
        stroke="var(--trace)"
        strokeWidth={1.5}
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  )
}
