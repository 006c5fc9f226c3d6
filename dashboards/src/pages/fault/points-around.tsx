import { Button } from '@mantine/core'
import type { FaultDetail, PointNow } from '@steward/shared/api'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { pointsQuery, seriesQuery } from '../../api/devices.ts'
import { usePointName } from '../../charts/point-name.ts'
import { Spark } from '../../charts/spark.tsx'
import { useValue } from '../../charts/use-value.ts'
import { byWeight } from '../../devices/point-weight.ts'
import { LinkButton } from '../../kit/link-button.tsx'
import { Panel } from '../../kit/panel.tsx'
import { Asked, Empty } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { type Around, valuesAround } from './around.ts'
import classes from './fault-page.module.css'

const shownFirst = 8

/** The values of the device before, at and after the fault, each with its line. */
export function PointsAround({ fault, device, window }: { fault: FaultDetail; device: string; window: Around }) {
  const { t } = useWords()
  const query = useQuery(pointsQuery(device))
  const [all, setAll] = useState(false)
  const search = { from: window.from, to: window.to }
  return (
    <Panel
      flush
      title={t('fault.points')}
      actions={
        <LinkButton size="xs" variant="default" to="/devices/$device" params={{ device }} search={search}>
          {t('fault.charts')}
        </LinkButton>
      }
    >
      <Asked query={query}>
        {(points) => {
          const sorted = [...points].sort(byWeight)
          if (sorted.length === 0) return <Empty title={t('points.none')}>{t('points.noneText')}</Empty>
          return (
            <>
              <table className={classes.points}>
                <thead>
                  <tr>
                    <th>{t('points.point')}</th>
                    <th>{t('fault.before')}</th>
                    <th>{t('fault.at')}</th>
                    <th>{fault.closedAt === null ? t('fault.now') : t('fault.after')}</th>
                    <th>{t('fault.line')}</th>
                  </tr>
                </thead>
                <tbody>
                  {sorted.slice(0, all ? undefined : shownFirst).map((it) => (
                    <Row key={it.id} device={device} point={it} window={window} />
                  ))}
                </tbody>
              </table>
              {!all && sorted.length > shownFirst && (
                <div className={classes.pointMore}>
                  <Button size="xs" variant="default" onClick={() => setAll(true)}>
                    {t('points.all', { count: sorted.length })}
                  </Button>
                </div>
              )}
            </>
          )
        }}
      </Asked>
    </Panel>
  )
}

function Row({ device, point, window }: { device: string; point: PointNow; window: Around }) {
  const write = useValue()
  const pointName = usePointName()
  const { t } = useWords()
  const { data } = useQuery(
    seriesQuery(device, point.id, { from: window.from, to: window.to, buckets: window.buckets }),
  )
  const values = valuesAround(data?.buckets ?? [], window)
  const show = (value: PointNow['value']): string => (data === undefined ? '' : write(value, point.unit))
  return (
    <tr>
      <td>{pointName(point)}</td>
      <td>{show(values.before)}</td>
      <td>{show(values.at)}</td>
      <td className={classes.now}>
        {window.isOver ? show(values.after) : write(point.stale ? null : point.value, point.unit)}
      </td>
      <td>
        {data !== undefined && (
          <Spark
            series={data}
            fromMs={window.openedMs}
            toMs={window.closedMs}
            label={t('chart.of', { name: pointName(point) })}
          />
        )}
      </td>
    </tr>
  )
}
