import { nextSpans, runningSpan } from '@steward/shared/maintenance'
import type { MaintenanceInput } from '@steward/shared/model'
import { useWords } from '../language/use-words.ts'
import { useNow } from '../time/now.ts'
import classes from './maintenance.module.css'
import { usePlanWords } from './use-plan-words.ts'

/** What has been entered comes to: the next three times, by the clock of the site. */
export function NextTimes({ input, zone }: { input: MaintenanceInput | null; zone: string }) {
  const { t } = useWords()
  const words = usePlanWords()
  const now = useNow(10_000)
  const window = input === null ? null : { ...input, cuts: [] }
  const running = window === null ? null : runningSpan(window, zone, now)
  const next = window === null ? [] : nextSpans(window, zone, now, 3)
  const times = [...(running === null ? [] : [running]), ...next].slice(0, 3)
  return (
    <section className={classes.preview} aria-label={t('maintenance.nextTimes')} aria-live="polite">
      <h3>{t('maintenance.nextTimes')}</h3>
      {times.length === 0 && <p>{input === null ? t('maintenance.incomplete') : t('maintenance.never')}</p>}
      <ol>
        {times.map((it) => (
          <li key={it.from}>
            {words.span(it, zone)}
            {it === running && <span className={classes.now}>{t('maintenance.now')}</span>}
          </li>
        ))}
      </ol>
      {times.length > 0 && <p>{t('maintenance.zone', { zone })}</p>}
    </section>
  )
}
