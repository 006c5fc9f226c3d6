import type { Fault } from '@steward/shared/api'
import { IconBellOff } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useWords } from '../language/use-words.ts'
import { useNow } from '../time/now.ts'
import { useSiteZone } from '../time/zones.ts'
import classes from './maintenance.module.css'
import { usePlanWords } from './use-plan-words.ts'

/** That nobody is alerted of a fault, until when, why; nothing where people are. */
export function SilencedLine({ fault }: { fault: Pick<Fault, 'silenced' | 'site' | 'closedAt'> }) {
  const { t } = useWords()
  const words = usePlanWords()
  const zone = useSiteZone(fault.site)
  const now = useNow(10_000)
  const { silenced } = fault
  if (silenced === null || fault.closedAt !== null || Date.parse(silenced.until) <= now) return null
  return (
    <div className={classes.silenced}>
      <IconBellOff size={18} />
      <div>
        <Link to="/maintenance" search={{ site: fault.site }} className="inline">
          {t('silence.silencedUntil', { until: words.until(Date.parse(silenced.until), zone, now) })}
        </Link>
        {' · '}
        {silenced.by}
        {silenced.reason !== '' && <p>{silenced.reason}</p>}
      </div>
    </div>
  )
}
