import type { FaultDetail } from '@steward/shared/api'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { faultQuery } from '../../api/faults.ts'
import { Crumbs, Facts, Page } from '../../kit/page.tsx'
import { Asked, Awaited } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { LevelTag } from '../../marks/level-tag.tsx'
import { Mark } from '../../marks/mark.tsx'
import { Age } from '../../time/age-shown.tsx'
import { around } from './around.ts'
import { ChartsAround } from './charts-around.tsx'
import { FaultActions } from './fault-actions.tsx'
import { FaultChain } from './fault-chain.tsx'
import { FaultHistory } from './fault-history.tsx'
import classes from './fault-page.module.css'
import { FaultReason } from './fault-reason.tsx'
import { PointsAround } from './points-around.tsx'

const route = getRouteApi('/app/faults/$fault')

/** One fault, one page: why, since when, what it reaches, what was measured, what to do next. */
export function FaultPage() {
  const { t } = useWords()
  const { fault: id } = route.useParams()
  const query = useQuery(faultQuery(id))
  const { data: fault } = query
  return (
    <Page
      title={fault === undefined ? t('fault.title') : (fault.deviceName ?? fault.siteName)}
      mark={fault !== undefined && <Mark kind={fault.level} size={22} />}
      up={
        <Crumbs>
          <Link to="/faults">{t('nav.faults')}</Link>
          {fault !== undefined && (
            <Link to="/sites/$site" params={{ site: fault.site }}>
              {fault.siteName}
            </Link>
          )}
        </Crumbs>
      }
      meta={fault !== undefined && <Meta fault={fault} />}
    >
      <Asked query={query} awaited={<Awaited count={8} />}>
        {(it) => <Parts fault={it} />}
      </Asked>
    </Page>
  )
}

function Meta({ fault }: { fault: FaultDetail }) {
  const { t } = useWords()
  return (
    <Facts>
      <LevelTag kind={fault.level} label={t(`level.${fault.level}`)} />
      <span>{t(`kind.${fault.kind}`)}</span>
      {fault.closedAt === null ? (
        <span>
          {t('fault.runsFor')} <Age at={fault.openedAt} site={fault.site} />
        </span>
      ) : (
        <>
          <LevelTag kind="well" label={t('faults.closed')} />
          <span>
            {t('fault.lasted')} <Age at={fault.openedAt} until={fault.closedAt} site={fault.site} />
          </span>
        </>
      )}
      {fault.maintenance && <LevelTag kind="maintenance" />}
      {fault.device !== null && (
        <Link to="/devices/$device" params={{ device: `${fault.site}:${fault.device}` }} className="inline">
          {fault.device}
        </Link>
      )}
    </Facts>
  )
}

function Parts({ fault }: { fault: FaultDetail }) {
  return (
    <div className={classes.columns}>
      <div className={classes.column}>
        <FaultReason fault={fault} />
        <div className={classes.wide}>
          {fault.affected.length > 0 && <FaultChain fault={fault} />}
          {fault.device !== null && <Measured fault={fault} device={`${fault.site}:${fault.device}`} />}
        </div>
      </div>
      <div className={classes.column}>
        <div className={classes.actions}>
          <FaultActions fault={fault} />
        </div>
        <div className={classes.history}>
          <FaultHistory fault={fault} />
        </div>
      </div>
    </div>
  )
}

/** What the cause itself measured around that time: the course of what counts most, then every value. */
function Measured({ fault, device }: { fault: FaultDetail; device: string }) {
  // The window stays where it was when the page was opened, so that lines and charts hold still.
  const [window] = useState(() => around(fault, Date.now()))
  return (
    <>
      <ChartsAround fault={fault} device={device} window={window} />
      <PointsAround fault={fault} device={device} window={window} />
    </>
  )
}
