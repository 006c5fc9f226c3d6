import { Box, Button, Tooltip, UnstyledButton } from '@mantine/core'
import { instantAt, type Span } from '@steward/shared/maintenance'
import { IconBellOff, IconTool } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useWords } from '../language/use-words.ts'
import { writeDay } from '../time/instant.ts'
import { dayAfter } from './local-input.ts'
import { type Lane, type Place, type Planned, placesOf } from './plan.ts'
import classes from './timeline.module.css'
import { useNamesIn } from './use-names.ts'
import { usePlanWords, weekdayName } from './use-plan-words.ts'

const dayCount = 14
const mostLanes = 12
const mostPlaces = 40

type Props = {
  plan: readonly Planned[]
  siteNames: ReadonlyMap<string, string>
  now: number
  /** whose days are drawn */
  zone: string
  /** the site is known from where the picture stands */
  ofSite?: boolean
  onOpen?: ((planned: Planned) => void) | undefined
}

/** What is planned for the coming two weeks: a line for each window and silence, by site. */
export function Timeline({ plan, siteNames, now, zone, ofSite = false, onOpen }: Props) {
  const { t } = useWords()
  const [shown, setShown] = useState(mostPlaces)
  const edges = Array.from({ length: dayCount + 1 }, (_, i) => instantAt(dayAfter(now, zone, i), '00:00', zone))
  const span: Span = { from: edges[0] ?? now, to: edges[dayCount] ?? now }
  const places = placesOf(plan, span, siteNames)
  const share = (at: number): string => {
    const within = Math.min(span.to, Math.max(span.from, at)) - span.from
    return `${(within / (span.to - span.from)) * 100}%`
  }
  if (places.length === 0) return <p className={classes.nothing}>{t('maintenance.nothingAhead')}</p>
  return (
    <div className={classes.timeline}>
      <Days edges={edges.slice(0, dayCount)} zone={zone} />
      {places.slice(0, shown).map((place) => (
        <section key={place.key} aria-label={place.name}>
          {!ofSite && <PlaceName place={place} />}
          <ul className={classes.lanes}>
            {place.lanes.slice(0, mostLanes).map((lane) => (
              <LaneRow key={lane.planned.key} lane={lane} share={share} now={now} onOpen={onOpen} />
            ))}
          </ul>
          {place.lanes.length > mostLanes && (
            <p className={classes.more}>{t('devices.andMore', { count: place.lanes.length - mostLanes })}</p>
          )}
        </section>
      ))}
      {places.length > shown && (
        <Button variant="subtle" fullWidth mt="sm" onClick={() => setShown(shown + mostPlaces)}>
          {t('do.showMore')}
        </Button>
      )}
    </div>
  )
}

function Days({ edges, zone }: { edges: readonly number[]; zone: string }) {
  const { language } = useWords()
  return (
    <div className={classes.head} aria-hidden>
      <span />
      <div className={classes.days}>
        {edges.map((at) => {
          const weekday = ((new Date(`${dayAfter(at, zone, 0)}T00:00:00Z`).getUTCDay() + 6) % 7) + 1
          return (
            <span key={at} className={classes.day} data-weekend={weekday > 5 || undefined}>
              <span>{weekdayName(weekday, language, language === 'en' ? 'short' : 'narrow')}</span>
              <span className={classes.date}>{writeDay(at, zone, language)}</span>
              <span className={classes.figure}>{Number(dayAfter(at, zone, 0).slice(8))}</span>
            </span>
          )
        })}
      </div>
    </div>
  )
}

function PlaceName({ place }: { place: Place }) {
  return (
    <h3 className={classes.place}>
      {place.site === null ? (
        place.name
      ) : (
        <Link to="/sites/$site" params={{ site: place.site }} search={{ tab: 'maintenance' }}>
          {place.name}
        </Link>
      )}
    </h3>
  )
}

type LaneProps = {
  lane: Lane
  share: (at: number) => string
  now: number
  onOpen: ((planned: Planned) => void) | undefined
}

function LaneRow({ lane: { planned, bars }, share, now, onOpen }: LaneProps) {
  const words = usePlanWords()
  const isWindow = planned.kind === 'window'
  const nameOf = useNamesIn(isWindow ? planned.window : null)
  const own = isWindow ? planned.window.timezone : planned.zone
  const name = isWindow ? words.scopeOfWindow(planned.window, nameOf) : words.scopeOfSilence(planned.silence)
  const when = words.when(isWindow ? planned.window : planned.silence, own)
  const Icon = isWindow ? IconTool : IconBellOff
  const label = (
    <>
      <Icon size={14} stroke={1.8} />
      <span className={classes.name}>{name}</span>
    </>
  )
  return (
    <li className={classes.lane}>
      {onOpen === undefined ? (
        <span className={classes.label}>{label}</span>
      ) : (
        <UnstyledButton className={classes.label} onClick={() => onOpen(planned)} aria-label={`${name}, ${when}`}>
          {label}
        </UnstyledButton>
      )}
      <div className={classes.track} role="img" aria-label={`${name}, ${when}`}>
        {bars.map((bar) => (
          <Tooltip key={bar.from} label={`${name} · ${words.span(bar, own)}`}>
            <Box
              component="span"
              className={classes.bar}
              data-kind={planned.kind}
              data-running={(bar.from <= now && now < bar.to) || undefined}
              __vars={{ '--from': share(bar.from), '--to': share(bar.to) }}
            />
          </Tooltip>
        ))}
        <Box component="span" className={classes.nowLine} __vars={{ '--at': share(now) }} />
      </div>
    </li>
  )
}
