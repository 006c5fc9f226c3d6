import type { FaultDetail } from '@steward/shared/api'
import { IconBell, IconMessage, IconUserCheck } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Band } from '../../charts/band.tsx'
import { Panel } from '../../kit/panel.tsx'
import { useWords } from '../../language/use-words.ts'
import { Mark } from '../../marks/mark.tsx'
import { Instant } from '../../time/age-shown.tsx'
import { useNow } from '../../time/now.ts'
import { useSiteZone } from '../../time/zones.ts'
import classes from './fault-page.module.css'
import { levelStretches } from './level-stretches.ts'

type Item = FaultDetail['history'][number]

/** What happened to it, oldest first: how its level rose and fell, who did what. */
export function FaultHistory({ fault }: { fault: FaultDetail }) {
  const { t, say } = useWords()
  return (
    <Panel flush title={t('fault.history')}>
      <LevelBand fault={fault} />
      <ol className={classes.timeline}>
        {fault.history.map((item, i) => (
          <li key={`${item.at} ${item.event} ${String(i)}`} className={classes.event}>
            <span className={classes.eventMark}>{iconOf(item)}</span>
            <div>
              <div className={classes.eventHead}>
                <span className={classes.eventWhat}>
                  {t(`history.${item.event}`)}
                  {item.level !== null && item.event !== 'closed' && ` · ${item.level}`}
                </span>
                <span className={classes.eventWhen}>
                  <Instant at={item.at} site={fault.site} />
                </span>
              </div>
              {item.by !== null && <p className={classes.eventText}>{item.by}</p>}
              {item.reason !== null && <p className={classes.eventText}>{say(item.reason)}</p>}
              {item.note !== null && item.note !== '' && <p className={classes.eventText}>{item.note}</p>}
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  )
}

/** How the level rose and fell, at a glance; the lines below say it in words. */
function LevelBand({ fault }: { fault: FaultDetail }) {
  const { t } = useWords()
  const zone = useSiteZone(fault.site)
  const now = useNow(10_000)
  const fromMs = Date.parse(fault.openedAt)
  const toMs = fault.closedAt === null ? Math.max(now, fromMs + 1000) : Date.parse(fault.closedAt)
  const stretches = levelStretches(fault.history, fromMs, toMs)
  if (stretches.length < 2) return null
  return (
    <div className={classes.levels}>
      <Band
        fromMs={fromMs}
        toMs={toMs}
        zone={zone}
        label={`${t('fault.levels')}: ${stretches.map((it) => it.level).join(', ')}`}
        stretches={stretches.map((it) => ({ ...it, look: it.level, name: `${it.level} ${t(`level.${it.level}`)}` }))}
      />
    </div>
  )
}

function iconOf(item: Item): ReactNode {
  switch (item.event) {
    case 'closed':
      return <Mark kind="well" size={16} silent />
    case 'acknowledged':
      return <IconUserCheck size={16} />
    case 'note':
      return <IconMessage size={16} />
    case 'alerted':
      return <IconBell size={16} />
    default:
      return item.level === null ? null : <Mark kind={item.level} size={15} silent />
  }
}
