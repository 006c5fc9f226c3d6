import type { FaultDetail } from '@steward/shared/api'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { pointsQuery } from '../../api/devices.ts'
import { siteQuery } from '../../api/sites.ts'
import { PointChart } from '../../charts/point-chart.tsx'
import { fixedSpan } from '../../charts/span.ts'
import { firstCharts } from '../../devices/point-weight.ts'
import { Panel } from '../../kit/panel.tsx'
import { useWords } from '../../language/use-words.ts'
import { useNow } from '../../time/now.ts'
import { useSiteZone } from '../../time/zones.ts'
import type { Around } from './around.ts'
import classes from './fault-page.module.css'

const usualPollMs = 60_000

/** The points that count most, drawn over the time around the fault, which is shaded in each; one cursor over all. */
export function ChartsAround({ fault, device, window }: { fault: FaultDetail; device: string; window: Around }) {
  const { t } = useWords()
  const zone = useSiteZone(fault.site)
  const now = useNow(10_000)
  const { data: points } = useQuery(pointsQuery(device))
  const { data: site } = useQuery(siteQuery(fault.site))
  const [zoom, setZoom] = useState<{ fromMs: number; toMs: number } | null>(null)
  const span = useMemo(
    () => fixedSpan(zoom?.fromMs ?? Date.parse(window.from), zoom?.toMs ?? Date.parse(window.to)),
    [zoom, window],
  )
  const { level } = fault
  const toMs = window.closedMs ?? now
  const faults = useMemo(() => [{ fromMs: window.openedMs, toMs, level }], [window, toMs, level])
  const shown = firstCharts(points ?? [])
  if (shown.length === 0) return null
  return (
    <Panel flush title={t('fault.chartsAround')}>
      <div className={classes.charts}>
        {shown.map((point) => (
          <PointChart
            key={point.id}
            device={device}
            point={point}
            span={span}
            zone={zone}
            faults={faults}
            pollIntervalMs={site?.settings.pollIntervalMs ?? usualPollMs}
            onZoom={(fromMs, toMs) => setZoom({ fromMs, toMs })}
            onBack={() => setZoom(null)}
          />
        ))}
      </div>
    </Panel>
  )
}
