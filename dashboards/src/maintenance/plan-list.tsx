import { Button } from '@mantine/core'
import { IconBellOff, IconTool } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { endMaintenance, endSilence, removeMaintenance, removeSilence, renewPlan } from '../api/maintenance.ts'
import { useCan } from '../api/me.ts'
import { ProblemLine } from '../kit/problem-line.tsx'
import { useWords } from '../language/use-words.ts'
import { useSiteZone } from '../time/zones.ts'
import classes from './maintenance.module.css'
import { isOver, type Planned } from './plan.ts'
import { useNamesIn } from './use-names.ts'
import { usePlanWords } from './use-plan-words.ts'

type Props = {
  plan: readonly Planned[]
  siteNames: ReadonlyMap<string, string>
  label: string
  now: number
  ofSite: boolean
  onOpen: (planned: Planned) => void
}

/** Windows and silences one by one: for whom, when, why, by whom, and what can be done with them. */
export function PlanList({ plan, label, ...rest }: Props) {
  return (
    <ul className={classes.list} aria-label={label}>
      {plan.map((planned) => (
        <Item key={planned.key} planned={planned} {...rest} />
      ))}
    </ul>
  )
}

type ItemProps = Omit<Props, 'plan' | 'label'> & { planned: Planned }

function Item({ planned, siteNames, now, ofSite, onOpen }: ItemProps) {
  const { t } = useWords()
  const can = useCan()
  const words = usePlanWords()
  const { running, next } = planned
  const it = useShown(planned)
  const over = isOver(planned, now)
  const Icon = planned.kind === 'window' ? IconTool : IconBellOff
  return (
    <li className={classes.item} data-over={over || undefined}>
      <span className={classes.icon} data-running={running !== null || undefined}>
        <Icon size={18} stroke={1.6} aria-label={t(`maintenance.kind.${planned.kind}`)} role="img" />
      </span>
      <div>
        <p className={classes.head}>
          <b>{it.name}</b>
          {running !== null && <span>{t('maintenance.until', { until: words.until(running.to, it.zone, now) })}</span>}
        </p>
        <p className={classes.facts}>
          {!ofSite && it.site !== null && (
            <Link to="/sites/$site" params={{ site: it.site }} search={{ tab: 'maintenance' }} className="inline">
              {siteNames.get(it.site) ?? it.site}
            </Link>
          )}
          {(running === null || it.recurs) && <span>{it.when}</span>}
          {it.recurs && next !== null && <span>{t('maintenance.next', { when: words.span(next, it.zone) })}</span>}
          {it.levels !== '' && <span>{t('silence.onlyLevels', { levels: it.levels })}</span>}
          <span>{it.by}</span>
        </p>
        {it.reason !== '' && <p className={classes.facts}>{it.reason}</p>}
      </div>
      {can('operate') && <Buttons planned={planned} over={over} onOpen={onOpen} />}
    </li>
  )
}

/** What of windows and silences is shown alike. */
function useShown(planned: Planned) {
  const words = usePlanWords()
  const { list } = useWords()
  const scope = planned.kind === 'silence' ? planned.silence.scope : null
  const site = planned.kind === 'window' ? planned.window.site : scope !== null && 'site' in scope ? scope.site : null
  const zone = useSiteZone(site ?? undefined)
  const nameOf = useNamesIn(planned.kind === 'window' ? planned.window : null)
  if (planned.kind === 'window') {
    const { by, reason, repeats, timezone } = planned.window
    const [name, when] = [words.scopeOfWindow(planned.window, nameOf), words.when(planned.window, timezone)]
    return { name, when, by, reason, site, zone, recurs: repeats !== undefined, levels: '' }
  }
  const { silence } = planned
  const { by, reason, levels, repeats } = silence
  const shown = { name: words.scopeOfSilence(silence), when: words.when(silence, planned.zone), levels: list(levels) }
  return { ...shown, by, reason, site, zone: planned.zone, recurs: repeats !== undefined }
}

function Buttons({ planned, over, onOpen }: { planned: Planned; over: boolean; onOpen: Props['onOpen'] }) {
  const { t } = useWords()
  const client = useQueryClient()
  const done = { onSuccess: () => renewPlan(client) }
  const end = useMutation({
    mutationFn: (): Promise<unknown> =>
      planned.kind === 'window'
        ? endMaintenance(planned.window.site, planned.window.id)
        : endSilence(planned.silence.id),
    ...done,
  })
  const remove = useMutation({
    mutationFn: (): Promise<unknown> =>
      planned.kind === 'window'
        ? removeMaintenance(planned.window.site, planned.window.id)
        : removeSilence(planned.silence.id),
    ...done,
  })
  const isRunning = planned.running !== null
  const recurs = (planned.kind === 'window' ? planned.window : planned.silence).repeats !== undefined
  const isRemovable = planned.kind === 'window' ? !isRunning || recurs : (!isRunning || recurs) && !over
  return (
    <div className={classes.buttons}>
      {isRunning && (
        <Button size="xs" loading={end.isPending} onClick={() => end.mutate()}>
          {t('maintenance.endNow')}
        </Button>
      )}
      {!over && (
        <Button size="xs" variant="default" onClick={() => onOpen(planned)}>
          {t('do.edit')}
        </Button>
      )}
      {isRemovable && (
        <Button size="xs" variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
          {t('do.remove')}
        </Button>
      )}
      <ProblemLine error={end.error ?? remove.error} />
    </div>
  )
}
