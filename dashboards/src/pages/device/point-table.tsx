import { Button, Checkbox, TextInput } from '@mantine/core'
import type { DeviceDetail, PointNow } from '@steward/shared/api'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { pointsQuery } from '../../api/devices.ts'
import { usePointName } from '../../charts/point-name.ts'
import { useValue } from '../../charts/use-value.ts'
import deviceClasses from '../../devices/devices.module.css'
import { byWeight, firstCharts } from '../../devices/point-weight.ts'
import { Panel } from '../../kit/panel.tsx'
import { type Column, Rows } from '../../kit/rows.tsx'
import { Asked, Empty } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { find } from '../../shell/find.ts'
import { Age } from '../../time/age-shown.tsx'
import classes from './device-page.module.css'

const route = getRouteApi('/app/devices/$device')
const maxCharts = 8
const searchFrom = 12
const shownFirst = 16

/** Every point with its last value; a tick draws it above. */
export function PointTable({ device }: { device: DeviceDetail }) {
  const { t, count } = useWords()
  const { device: ref } = route.useParams()
  const query = useQuery(pointsQuery(ref))
  const [q, setQ] = useState('')
  const points = query.data ?? []
  if (query.data !== undefined && points.length === 0) return null
  return (
    <Panel
      flush
      title={t('points.title')}
      aside={query.data === undefined ? undefined : count(points.length)}
      actions={
        points.length >= searchFrom && (
          <TextInput
            size="xs"
            className={classes.search ?? ''}
            aria-label={t('points.search')}
            placeholder={t('points.search')}
            leftSection={<IconSearch size={14} />}
            value={q}
            onChange={(event) => setQ(event.currentTarget.value)}
          />
        )
      }
    >
      <Asked query={query}>{(all) => <Table device={device} points={all} q={q} />}</Asked>
    </Panel>
  )
}

function Table({ device, points, q }: { device: DeviceDetail; points: PointNow[]; q: string }) {
  const { t } = useWords()
  const write = useValue()
  const pointName = usePointName()
  const search = route.useSearch()
  const { device: ref } = route.useParams()
  const navigate = useNavigate()
  const [all, setAll] = useState(false)
  const shown = useMemo(() => {
    const sorted = [...points].sort(byWeight)
    return q === ''
      ? sorted
      : find(q, sorted, (it) => [it.id, it.name, pointName(it), it.class, it.instance], sorted.length)
  }, [points, q, pointName])
  const charted = search.points?.split(',') ?? firstCharts(points).map((it) => it.id)
  const toggle = (id: string): void => {
    const next = charted.includes(id) ? charted.filter((it) => it !== id) : [...charted, id].slice(-maxCharts)
    void navigate({
      to: '/devices/$device',
      params: { device: ref },
      search: { ...search, points: next.length === 0 ? 'none' : next.join(',') },
      replace: true,
      resetScroll: false,
    })
  }
  const columns: Column<PointNow>[] = [
    {
      key: 'chart',
      title: '',
      width: '20px',
      cell: (it) => (
        <Checkbox
          size="xs"
          className={deviceClasses.above ?? ''}
          aria-label={t('points.draw', { name: pointName(it) })}
          checked={charted.includes(it.id)}
          onChange={() => toggle(it.id)}
        />
      ),
    },
    {
      key: 'name',
      title: t('points.point'),
      width: '6fr',
      cell: (it) => (
        <span className={classes.name}>
          {pointName(it)}
          <span className={classes.pointId} translate="no">
            {it.id}
          </span>
        </span>
      ),
    },
    {
      key: 'value',
      title: t('points.value'),
      width: '4fr',
      align: 'end',
      cell: (it) => <span className={it.stale ? classes.stale : classes.value}>{write(it.value, it.unit)}</span>,
    },
    {
      key: 'age',
      title: t('points.read'),
      width: '112px',
      from: 'sm',
      align: 'end',
      cell: (it) => (
        <span className={classes.stale}>
          {it.at === null ? t('points.never') : <Age at={it.at} site={device.site} ago />}
        </span>
      ),
    },
  ]
  if (shown.length === 0) return <Empty title={t('palette.nothing', { query: q })} />
  const rows = all || q !== '' ? shown : shown.slice(0, shownFirst)
  return (
    <>
      <Rows
        label={t('points.title')}
        columns={columns}
        rows={rows}
        keyOf={(it) => it.id}
        height={44}
        phoneHeight={56}
      />
      {rows.length < shown.length && q === '' && (
        <div className={classes.more}>
          <Button size="xs" variant="default" onClick={() => setAll(true)}>
            {t('points.all', { count: shown.length })}
          </Button>
        </div>
      )}
    </>
  )
}
