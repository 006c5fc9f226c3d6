import { ActionIcon } from '@mantine/core'
import type { Availability, AvailabilityDays, SiteAvailability } from '@steward/shared/api'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { availabilityQuery } from '../api/sites.ts'
import { Panel } from '../kit/panel.tsx'
import { Asked, Awaited } from '../kit/states.tsx'
import { useWords } from '../language/use-words.ts'
import classes from './availability.module.css'
import { minutesOf, stepMonth, writeMonth, writeShare } from './month.ts'
import { ReportButton } from './report-button.tsx'

type Props = {
  site: string
  /** this device alone */
  device?: string | undefined
  /** what the site's systems are called */
  systems?: readonly { id: string; name: string }[]
}

const worstDevices = 5

/** How much of a month a site and its systems, or a device, were there: in figures and day by day. */
export function AvailabilityPanel({ site, device, systems = [] }: Props) {
  const { t } = useWords()
  // It stands in the address, so that a month can be sent to somebody; the running one is left out.
  const { month } = useSearch({ strict: false })
  const navigate = useNavigate()
  const onMonth = (next: string): void =>
    void navigate({
      to: '.',
      search: (it) => ({ ...it, month: next === running ? undefined : next }),
      replace: true,
    })
  const running = useQuery(availabilityQuery(site, { device })).data?.month
  const query = useQuery({ ...availabilityQuery(site, { month, device }), placeholderData: keepPreviousData })
  return (
    <Panel
      title={t('availability.title')}
      actions={
        <>
          {device === undefined && query.data !== undefined && <ReportButton it={query.data} systems={systems} />}
          <Months month={month ?? running} running={running} onStep={onMonth} />
        </>
      }
    >
      <Asked query={query} awaited={<Awaited count={3} />}>
        {(it) => (device === undefined ? <OfSite it={it} systems={systems} /> : <OfDevice it={it} />)}
      </Asked>
    </Panel>
  )
}

type MonthsProps = { month: string | undefined; running: string | undefined; onStep: (month: string) => void }

function Months({ month, running, onStep }: MonthsProps) {
  const { t, language } = useWords()
  if (month === undefined) return null
  return (
    <div className={classes.months}>
      <ActionIcon aria-label={t('availability.earlier')} onClick={() => onStep(stepMonth(month, -1))}>
        <IconChevronLeft size={16} />
      </ActionIcon>
      <span aria-live="polite">{writeMonth(month, language)}</span>
      <ActionIcon
        aria-label={t('availability.later')}
        disabled={month === running}
        onClick={() => onStep(stepMonth(month, 1))}
      >
        <IconChevronRight size={16} />
      </ActionIcon>
    </div>
  )
}

function OfSite({ it, systems }: { it: SiteAvailability; systems: readonly { id: string; name: string }[] }) {
  const { t, count, language } = useWords()
  const nameOf = (id: string): string => systems.find((system) => system.id === id)?.name ?? id
  const worst = it.devices.filter((device) => device.whole.downMs > 0).slice(0, worstDevices)
  return (
    <>
      <Row name={t('availability.site')} month={it.month} row={it.whole} days={it.whole.days} />
      {it.systems.map((system) => (
        <Row key={system.id} name={nameOf(system.id)} month={it.month} row={system} days={system.days} />
      ))}
      <p className={classes.hint}>{t('availability.text')}</p>
      {worst.length > 0 && <h3 className={classes.heading}>{t('availability.worst')}</h3>}
      <ul className={classes.worst}>
        {worst.map((device) => (
          <li key={device.id}>
            <Link to="/devices/$device" params={{ device: `${it.site}:${device.id}` }} className={classes.device}>
              <span>{device.name}</span>
              <span className={classes.quiet}>
                {device.whole.percent !== null && writeShare(device.whole.percent, language)} ·{' '}
                {t('availability.down', { value: count(minutesOf(device.whole.downMs)) })}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  )
}

function OfDevice({ it }: { it: SiteAvailability }) {
  const [device] = it.devices
  return device === undefined ? null : <Row month={it.month} row={device} days={device.days ?? []} />
}

type RowProps = { name?: string; month: string; row: Availability; days: AvailabilityDays }

function Row({ name, month, row, days }: RowProps) {
  const { t, count, language } = useWords()
  const { whole, withoutMaintenance: planned } = row
  if (whole.percent === null) {
    return (
      <div className={classes.row}>
        {name !== undefined && <span className={classes.name}>{name}</span>}
        <p className={classes.hint}>{t('availability.none')}</p>
      </div>
    )
  }
  const share = writeShare(whole.percent, language)
  const down = t('availability.down', { value: count(minutesOf(whole.downMs)) })
  const differs = planned.percent !== null && planned.percent !== whole.percent
  return (
    <div className={classes.row}>
      {name !== undefined && <span className={classes.name}>{name}</span>}
      <span className={classes.figures}>
        <b>{share}</b>
        <span className={classes.quiet}>{down}</span>
        {differs && (
          <span className={classes.quiet}>
            {t('availability.without', { percent: writeShare(planned.percent ?? 100, language) })}
          </span>
        )}
      </span>
      <Days month={month} days={days} label={`${name ?? ''} ${share}, ${down}`.trim()} />
    </div>
  )
}

/** A bar for each day: from below what was up, hatched from above what was down, hollow where nothing is known. */
function Days({ month, days, label }: { month: string; days: AvailabilityDays; label: string }) {
  const { t, count, language } = useWords()
  const [year = 1970, ordinal = 1] = month.split('-').map(Number)
  const length = new Date(Date.UTC(year, ordinal, 0)).getUTCDate()
  return (
    <svg className={classes.days} viewBox="0 0 310 24" preserveAspectRatio="none" role="img" aria-label={label}>
      {Array.from({ length }, (_, i) => {
        const day = days[i]
        const x = (i * 310) / length
        const width = 310 / length - 2
        const percent = day?.whole.percent ?? null
        const date = day?.date ?? `${month}-${i + 1}`
        if (day === undefined || percent === null) {
          return <rect key={date} x={x} y={20} width={width} height={4} className={classes.unknown} />
        }
        // Even a minute is to be seen.
        const down = percent === 100 ? 0 : Math.max(3, (24 * (100 - percent)) / 100)
        return (
          <g key={date}>
            <title>
              {t('availability.day', {
                date,
                percent: writeShare(percent, language),
                minutes: count(minutesOf(day.whole.downMs)),
              })}
            </title>
            <rect x={x} y={down} width={width} height={24 - down} className={classes.up} />
            {down > 0 && <rect x={x} y={0} width={width} height={Math.max(0, down - 1)} className={classes.down} />}
          </g>
        )
      })}
    </svg>
  )
}
