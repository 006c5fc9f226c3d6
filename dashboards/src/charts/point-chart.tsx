import type { PointNow, Series } from '@steward/shared/api'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo, useState } from 'react'
import { seriesQuery } from '../api/devices.ts'
import { ProblemLine } from '../kit/problem-line.tsx'
import { useWords } from '../language/use-words.ts'
import { writeShort } from '../time/instant.ts'
import { Band } from './band.tsx'
import classes from './charts.module.css'
import { type Columns, columnsOf, gapMs, isOfWords, wordSpans } from './gaps.ts'
import type { Decoration } from './plot-options.ts'
import { usePointName } from './point-name.ts'
import { bucketCount, type Span } from './span.ts'
import { useValue } from './use-value.ts'

const Plot = lazy(() => import('./plot.tsx'))

type Props = {
  device: string
  point: PointNow
  span: Span
  zone: string
  faults: Decoration['faults']
  pollIntervalMs: number
  onZoom: (fromMs: number, toMs: number) => void
  onBack: () => void
}

/** One point over time, with its name, unit and last value in words; figures as a line, states as a band. */
export function PointChart(props: Props) {
  const { device, point, span } = props
  const pointName = usePointName()
  const query = useQuery({
    ...seriesQuery(device, point.id, {
      from: new Date(span.fromMs).toISOString(),
      to: new Date(span.toMs).toISOString(),
      buckets: bucketCount,
    }),
    // The next step of a live chart takes the place of the last without a blank between them.
    placeholderData: (before: Series | undefined) => (before?.point === point.id ? before : undefined),
  })
  const { data } = query
  return (
    <section className={classes.chart} aria-label={pointName(point)}>
      {data !== undefined && isOfWords(data.buckets) ? (
        <WordChart {...props} series={data} />
      ) : (
        <FigureChart {...props} series={data} />
      )}
      <ProblemLine error={data === undefined ? query.error : null} />
    </section>
  )
}

function FigureChart({
  point,
  span,
  zone,
  faults,
  pollIntervalMs,
  onZoom,
  onBack,
  series,
}: Props & { series: Series | undefined }) {
  const { t, language } = useWords()
  const pointName = usePointName()
  const write = useValue()
  const [at, setAt] = useState<number | null>(null)
  const columns = useMemo<Columns>(
    () =>
      series === undefined
        ? [[], [], [], []]
        : columnsOf(series.buckets, gapMs(series.bucketMs, pollIntervalMs), series.bucketMs),
    [series, pollIntervalMs],
  )
  const isEmpty = series !== undefined && columns[0].length === 0
  return (
    <>
      <div className={classes.chartHead}>
        <h3 className={classes.chartName}>{pointName(point)}</h3>
        <Reading
          point={point}
          hovered={at === null ? null : readAt(columns, at)}
          write={(value) => write(value, point.unit)}
          writeTime={(ms) => writeShort(ms, zone, language)}
        />
      </div>
      <div className={classes.plot} role="img" aria-label={t('chart.of', { name: pointName(point) })}>
        <Suspense>
          <Plot
            columns={columns}
            span={span}
            zone={zone}
            cursorKey="page"
            limits={point.limits}
            faults={faults}
            writeTick={(value) => write(value, point.unit)}
            onPoint={setAt}
            onZoom={onZoom}
            onBack={onBack}
          />
        </Suspense>
        {isEmpty && <div className={classes.nothing}>{t('chart.nothing')}</div>}
      </div>
    </>
  )
}

type Read = { at: number; min: number; mean: number; max: number }

function readAt(columns: Columns, index: number): Read | null {
  const [times, mins, means, maxes] = columns
  const [at, min, mean, max] = [times[index], mins[index], means[index], maxes[index]]
  if (at === undefined || typeof mean !== 'number') return null
  return { at, min: min ?? mean, mean, max: max ?? mean }
}

type ReadingProps = {
  point: PointNow
  hovered: Read | null
  write: (value: PointNow['value']) => string
  writeTime: (ms: number) => string
}

/** The last value in words; under the cursor, the value there and within which bounds it moved. */
function Reading({ point, hovered, write, writeTime }: ReadingProps) {
  const { t } = useWords()
  if (hovered !== null) {
    const moved = write(hovered.min) !== write(hovered.max)
    return (
      <span className={classes.chartValue}>
        {write(hovered.mean)}{' '}
        <small>
          {moved && `${t('chart.between', { low: write(hovered.min), high: write(hovered.max) })} · `}
          {writeTime(hovered.at)}
        </small>
      </span>
    )
  }
  return (
    <span className={classes.chartValue}>
      {write(point.value)} {point.stale && <small>{t('points.stale')}</small>}
    </span>
  )
}

/** As many looks as words can be told apart by; more of them share. */
const looks = 4

function WordChart({ point, span, zone, pollIntervalMs, series }: Props & { series: Series }) {
  const { t } = useWords()
  const pointName = usePointName()
  const write = useValue()
  const spans = useMemo(
    () => wordSpans(series.buckets, gapMs(series.bucketMs, pollIntervalMs), series.bucketMs),
    [series, pollIntervalMs],
  )
  const words = [...new Set(spans.map((it) => it.word))]
  const lookOf = (word: string): string => `word-${words.indexOf(word) % looks}`
  return (
    <>
      <div className={classes.chartHead}>
        <h3 className={classes.chartName}>{pointName(point)}</h3>
        <span className={classes.chartValue}>{write(point.value, point.unit)}</span>
      </div>
      <Band
        fromMs={span.fromMs}
        toMs={span.toMs}
        zone={zone}
        ticks
        label={t('chart.ofWords', { name: pointName(point), words: words.map((it) => write(it, '')).join(', ') })}
        stretches={spans.map((it) => ({ ...it, look: lookOf(it.word), name: write(it.word, '') }))}
      />
      <div className={classes.legend}>
        {words.map((word) => (
          <span key={word}>
            <span className={classes.swatch}>
              <span className={classes.stretch} data-look={lookOf(word)} style={{ left: 0, width: 16 }} />
            </span>
            {write(word, '')}
          </span>
        ))}
      </div>
    </>
  )
}
