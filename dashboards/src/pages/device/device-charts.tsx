import { Button, SegmentedControl } from '@mantine/core'
import type { DeviceDetail, PointNow } from '@steward/shared/api'
import { IconZoomReset } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, useCanGoBack, useNavigate, useRouter } from '@tanstack/react-router'
import { useMemo } from 'react'
import { pointsQuery } from '../../api/devices.ts'
import { faultsQuery } from '../../api/faults.ts'
import { siteQuery } from '../../api/sites.ts'
import { PointChart } from '../../charts/point-chart.tsx'
import { defaultRange, type Span, spanOfSearch } from '../../charts/span.ts'
import { firstCharts } from '../../devices/point-weight.ts'
import { Panel } from '../../kit/panel.tsx'
import { Asked, Empty } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { ranges } from '../../search.ts'
import { useNow } from '../../time/now.ts'
import { useSiteZone } from '../../time/zones.ts'
import classes from './device-page.module.css'

const route = getRouteApi('/app/devices/$device')
const usualPollMs = 60_000

/** Charts of the chosen points over one time, with one cursor over all of them. */
export function DeviceCharts({ device }: { device: DeviceDetail }) {
  const { t } = useWords()
  const search = route.useSearch()
  const { device: ref } = route.useParams()
  const query = useQuery(pointsQuery(ref))
  const chosen = search.points?.split(',')
  const pick = (points: PointNow[]): PointNow[] =>
    chosen === undefined ? firstCharts(points) : points.filter((it) => chosen.includes(it.id))
  return (
    <Panel flush title={t('chart.title')} actions={<RangeChoice />}>
      <Asked query={query}>
        {(points) => {
          const shown = pick(points)
          if (points.length === 0) return <Empty title={t('points.none')}>{t('points.noneText')}</Empty>
          if (shown.length === 0) return <Empty title={t('chart.noneChosen')}>{t('chart.noneChosenText')}</Empty>
          return <Grid device={device} points={shown} />
        }}
      </Asked>
    </Panel>
  )
}

function Grid({ device, points }: { device: DeviceDetail; points: readonly PointNow[] }) {
  const { device: ref } = route.useParams()
  const navigate = useNavigate()
  const router = useRouter()
  const canGoBack = useCanGoBack()
  const search = route.useSearch()
  const zone = useSiteZone(device.site)
  const span = useSpan()
  const { data: site } = useQuery(siteQuery(device.site))
  const faults = useFaultSpans(device)
  const isZoomed = search.from !== undefined
  return (
    <div className={classes.charts}>
      {points.map((point) => (
        <PointChart
          key={point.id}
          device={ref}
          point={point}
          span={span}
          zone={zone}
          faults={faults}
          pollIntervalMs={site?.settings.pollIntervalMs ?? usualPollMs}
          onZoom={(fromMs, toMs) =>
            void navigate({
              to: '/devices/$device',
              params: { device: ref },
              search: { ...search, from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() },
              resetScroll: false,
            })
          }
          onBack={() => {
            if (isZoomed && canGoBack) router.history.back()
          }}
        />
      ))}
    </div>
  )
}

function useSpan(): Span {
  const { range, from, to } = route.useSearch()
  const now = useNow(5000)
  const { fromMs, toMs, stepMs, isLive } = spanOfSearch({ range, from, to }, now)
  return useMemo(() => ({ fromMs, toMs, stepMs, isLive }), [fromMs, toMs, stepMs, isLive])
}

function useFaultSpans(device: DeviceDetail) {
  const { data } = useInfiniteQuery(faultsQuery({ state: 'all', site: device.site, device: device.id }))
  const now = useNow(60_000)
  return useMemo(
    () =>
      (data?.pages.flatMap((it) => it.items) ?? []).map(({ openedAt, closedAt, level }) => ({
        fromMs: Date.parse(openedAt),
        toMs: closedAt === null ? now : Date.parse(closedAt),
        level,
      })),
    [data, now],
  )
}

function RangeChoice() {
  const { t } = useWords()
  const { device: ref } = route.useParams()
  const search = route.useSearch()
  const navigate = useNavigate()
  const isZoomed = search.from !== undefined
  const show = (range: string | undefined): void => {
    const { from: _from, to: _to, ...rest } = search
    const known = ranges.find((it) => it === range)
    void navigate({
      to: '/devices/$device',
      params: { device: ref },
      search: { ...rest, range: known === defaultRange ? undefined : (known ?? search.range) },
      resetScroll: false,
      replace: true,
    })
  }
  return (
    <>
      {isZoomed && (
        <Button size="xs" variant="default" leftSection={<IconZoomReset size={14} />} onClick={() => show(undefined)}>
          {t('chart.back')}
        </Button>
      )}
      <SegmentedControl
        size="xs"
        aria-label={t('chart.range')}
        data={ranges.map((it) => ({ value: it, label: t(`range.${it}`) }))}
        value={isZoomed ? '' : (search.range ?? defaultRange)}
        onChange={show}
      />
    </>
  )
}
