import type { Capability, SiteCapability } from '@steward/shared/api'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo, useState } from 'react'
import { capabilityQuery } from '../../api/sites.ts'
import chartClasses from '../../charts/charts.module.css'
import { type Span, spanOfSearch } from '../../charts/span.ts'
import { stairsOf } from '../../charts/stairs.ts'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { useWords } from '../../language/use-words.ts'
import type { CapabilitySpan } from '../../search.ts'
import { writeShort } from '../../time/instant.ts'
import { useNow } from '../../time/now.ts'
import { useSiteZone } from '../../time/zones.ts'
import classes from './site-page.module.css'

const Plot = lazy(() => import('../../charts/plot.tsx'))

/** A little more than the whole, so that its line is not the edge. */
const bounds: [number, number] = [0, 1.08]

type Props = { site: string; over: CapabilitySpan; capabilities: readonly Capability[] }

/** What the functions of a system were capable of, one line each below the other, with one cursor over all of the page. */
export function CapabilityCharts({ site, over, capabilities }: Props) {
  const now = useNow(60_000)
  const { fromMs, toMs, stepMs, isLive } = spanOfSearch({ range: over }, now)
  const span = useMemo(() => ({ fromMs, toMs, stepMs, isLive }), [fromMs, toMs, stepMs, isLive])
  const { data, error } = useQuery(capabilityQuery(site, span))
  return (
    <div className={classes.courses}>
      {capabilities.map((it) => (
        <Course key={it.function} site={site} span={span} capability={it} data={data} />
      ))}
      <ProblemLine error={data === undefined ? error : null} />
    </div>
  )
}

type CourseProps = { site: string; span: Span; capability: Capability; data: SiteCapability | undefined }

function Course({ site, span, capability, data }: CourseProps) {
  const { t, percent, language } = useWords()
  const zone = useSiteZone(site)
  const [index, setIndex] = useState<number | null>(null)
  const { name, essential, paralysedBelow } = capability
  const columns = useMemo(() => {
    const steps = data?.functions.find((it) => it.function === capability.function)?.steps ?? []
    return stairsOf(steps, Date.parse(data?.to ?? ''))
  }, [data, capability.function])
  const [times, , values] = columns
  const known = values.filter((it) => it !== null)
  const [at, value] = index === null ? [] : [times[index], values[index]]
  const least = known.length === 0 ? null : Math.min(...known)
  const hovered = at === undefined || typeof value !== 'number' ? null : { at, value }
  return (
    <section className={chartClasses.chart} aria-label={t('chart.of', { name })}>
      <div className={chartClasses.chartHead}>
        <h4 className={chartClasses.chartName}>{name}</h4>
        <span className={chartClasses.chartValue}>
          {hovered !== null && percent(hovered.value)}
          <small>
            {hovered !== null && ` ${writeShort(hovered.at, zone, language)}`}
            {hovered === null && least !== null && t('capability.least', { share: percent(least) })}
          </small>
        </span>
      </div>
      <div className={chartClasses.plot} data-flat role="img" aria-label={t('chart.of', { name })}>
        <Suspense>
          <Plot
            columns={columns}
            span={span}
            zone={zone}
            cursorKey="capability"
            bounds={bounds}
            limits={essential && paralysedBelow !== null ? { low: paralysedBelow } : undefined}
            faults={[]}
            writeTick={percent}
            onPoint={setIndex}
          />
        </Suspense>
        {data !== undefined && known.length === 0 && <div className={chartClasses.nothing}>{t('chart.nothing')}</div>}
      </div>
    </section>
  )
}
