import type { Fault } from '@steward/shared/api'
import { IconBellOff, IconUserCheck } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useWords } from '../language/use-words.ts'
import { Mark } from '../marks/mark.tsx'
import { rowLink } from '../shell/use-keys.ts'
import { Age } from '../time/age-shown.tsx'
import { useNow } from '../time/now.ts'
import classes from './faults.module.css'

/** For this long a new L1 calls for attention, unless somebody has acknowledged it. */
const newMs = 60_000

type Props = {
  faults: readonly Fault[]
  label: string
  /** the site is known from where the list stands */
  ofSite?: boolean
}

/** Faults as rows of two lines: what and why, then where, how far it reaches, since when. */
export function FaultList({ faults, label, ofSite = false }: Props) {
  const now = useNow(10_000)
  return (
    <ul className={classes.list} aria-label={label}>
      {faults.map((fault) => (
        <FaultRow key={fault.id} fault={fault} ofSite={ofSite} isNew={now - Date.parse(fault.openedAt) < newMs} />
      ))}
    </ul>
  )
}

function FaultRow({ fault, ofSite, isNew }: { fault: Fault; ofSite: boolean; isNew: boolean }) {
  const { t, say } = useWords()
  const isOver = fault.closedAt !== null
  const { acknowledged } = fault
  return (
    <li className={classes.row} data-over={isOver || undefined}>
      <span className={classes.level}>
        <Mark
          kind={fault.maintenance ? 'maintenance' : fault.level}
          size={18}
          calls={isNew && !isOver && acknowledged === null}
        />
        <span className={classes.levelName}>{fault.level}</span>
      </span>
      <div className={classes.what}>
        <Link to="/faults/$fault" params={{ fault: fault.id }} className={classes.link} {...rowLink}>
          {fault.deviceName ?? fault.siteName}
        </Link>
        <p className={classes.reason}>{say(fault.reason)}</p>
        <p className={classes.facts}>
          {!ofSite && <span>{fault.siteName}</span>}
          <span>{t(`kind.${fault.kind}`)}</span>
          {fault.affected.length > 0 && <span>{t('faults.affects', { count: fault.affected.length })}</span>}
          {fault.silenced !== null && !isOver && (
            <span className={classes.acknowledged}>
              <IconBellOff size={14} />
              {t('silence.silenced')}
            </span>
          )}
          {acknowledged !== null && (
            <span className={classes.acknowledged}>
              <IconUserCheck size={14} />
              {acknowledged.by}
            </span>
          )}
        </p>
      </div>
      <span className={classes.age}>
        {fault.closedAt === null ? (
          <Age at={fault.openedAt} site={fault.site} />
        ) : (
          <span>
            {t('faults.closed')} <Age at={fault.closedAt} site={fault.site} ago />
          </span>
        )}
      </span>
    </li>
  )
}
