import { Button } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { maintenanceQuery, silencesQuery } from '../api/maintenance.ts'
import { useCan } from '../api/me.ts'
import { sitesQuery } from '../api/sites.ts'
import { Panel } from '../kit/panel.tsx'
import { Asked, Empty } from '../kit/states.tsx'
import { useWords } from '../language/use-words.ts'
import { useNow } from '../time/now.ts'
import { useSiteZone } from '../time/zones.ts'
import { PlanDialog } from './dialogs.tsx'
import classes from './maintenance.module.css'
import { instantOf, isOver, type Planned, planOf } from './plan.ts'
import { PlanList } from './plan-list.tsx'
import { Timeline } from './timeline.tsx'

const firstShown = 20

type BoardProps = {
  site?: string | undefined
  /** what can be done besides, beside the first heading */
  actions?: ReactNode
}

/** Maintenance and silences of a site, or of all: under way, the coming two weeks, planned, past. */
export function Board({ site, actions }: BoardProps) {
  const windows = useQuery(maintenanceQuery(site))
  const silences = useQuery(silencesQuery(site))
  const zone = useSiteZone(site)
  // What was made just now is under way, whenever the clock was looked at last.
  const now = Math.max(useNow(10_000), windows.dataUpdatedAt, silences.dataUpdatedAt)
  return (
    <Asked query={windows}>
      {(known) => (
        <Asked query={silences}>
          {(silent) => <Parts plan={planOf(known, silent, now, zone)} now={now} site={site} actions={actions} />}
        </Asked>
      )}
    </Asked>
  )
}

type PartsProps = BoardProps & { plan: readonly Planned[]; now: number }

function Parts({ plan, now, site, actions }: PartsProps) {
  const { t, count } = useWords()
  const can = useCan()
  const [open, setOpen] = useState<Planned | null>(null)
  const siteNames = new Map((useQuery(sitesQuery).data ?? []).map((it) => [it.id, it.name]))
  const zone = useSiteZone(site)
  const soonest = (a: Planned, b: Planned): number => instantOf(a) - instantOf(b)
  const running = plan.filter((it) => it.running !== null).sort(soonest)
  const ahead = plan.filter((it) => !isOver(it, now) && (it.running === null || it.next !== null)).sort(soonest)
  const past = plan.filter((it) => isOver(it, now)).sort((a, b) => instantOf(b) - instantOf(a))
  const lists = { siteNames, now, ofSite: site !== undefined, onOpen: setOpen }
  return (
    <div className={classes.board}>
      <Panel flush title={t('maintenance.underWay')} aside={count(running.length)} actions={actions}>
        {running.length === 0 ? (
          <Empty icon={<IconCircleCheck size={32} stroke={1.2} />} title={t('maintenance.none')}>
            {t('maintenance.noneText')}
          </Empty>
        ) : (
          <PlanList {...lists} label={t('maintenance.underWay')} plan={running} />
        )}
      </Panel>
      <Panel flush title={t('maintenance.twoWeeks')} aside={zone}>
        <Timeline
          plan={plan.filter((it) => !isOver(it, now))}
          siteNames={siteNames}
          now={now}
          zone={zone}
          ofSite={site !== undefined}
          onOpen={can('operate') ? setOpen : undefined}
        />
      </Panel>
      {ahead.length > 0 && (
        <Panel flush title={t('maintenance.planned')} aside={count(ahead.length)}>
          <Some {...lists} label={t('maintenance.planned')} plan={ahead} />
        </Panel>
      )}
      {past.length > 0 && (
        <Panel flush title={t('maintenance.past')} aside={count(past.length)}>
          <Some {...lists} label={t('maintenance.past')} plan={past} />
        </Panel>
      )}
      {open !== null && <PlanDialog planned={open} onClose={() => setOpen(null)} />}
    </div>
  )
}

/** The first of many; the rest when it is asked for. */
function Some({ plan, ...rest }: Parameters<typeof PlanList>[0]) {
  const { t } = useWords()
  const [shown, setShown] = useState(firstShown)
  return (
    <>
      <PlanList plan={plan.slice(0, shown)} {...rest} />
      {plan.length > shown && (
        <Button variant="subtle" fullWidth onClick={() => setShown(shown + 5 * firstShown)}>
          {t('do.showMore')}
        </Button>
      )}
    </>
  )
}
