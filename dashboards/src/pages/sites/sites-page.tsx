import { TextInput } from '@mantine/core'
import { IconBuildingPlus, IconPlus, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useDeferredValue, useMemo } from 'react'
import { useCan } from '../../api/me.ts'
import { sitesQuery } from '../../api/sites.ts'
import { FaultList } from '../../faults/fault-list.tsx'
import { News } from '../../faults/news.tsx'
import { useFaultList } from '../../faults/use-fault-list.ts'
import { LinkButton } from '../../kit/link-button.tsx'
import { Page } from '../../kit/page.tsx'
import { Panel } from '../../kit/panel.tsx'
import { Asked, Empty } from '../../kit/states.tsx'
import { useHeld } from '../../kit/use-held.ts'
import { useWords } from '../../language/use-words.ts'
import { find } from '../../shell/find.ts'
import { useOpenCounts } from '../../shell/open-counts.ts'
import { LevelCounts } from '../../sites/level-counts.tsx'
import { GuideReminder } from './guide-reminder.tsx'
import { SiteRows } from './site-rows.tsx'
import classes from './sites-page.module.css'

const route = getRouteApi('/app/')
/** Fewer sites are seen at a glance. */
const filterFrom = 8
const shownFaults = 12

export function SitesPage() {
  const { t } = useWords()
  const can = useCan()
  const query = useQuery(sitesQuery)
  const open = useOpenCounts()
  return (
    <Page
      title={t('nav.sites')}
      meta={open.isKnown ? <LevelCounts counts={open.byLevel} /> : ' '}
      actions={
        can('configure') &&
        (query.data?.length ?? 0) > 0 && (
          <LinkButton to="/sites/new" variant="default" leftSection={<IconPlus size={16} />}>
            {t('sites.add')}
          </LinkButton>
        )
      }
    >
      {can('configure') && <GuideReminder />}
      <div className={classes.columns}>
        <Panel flush title={t('sites.title')} actions={<Filter count={query.data?.length ?? 0} />}>
          <Asked query={query}>{(sites) => (sites.length === 0 ? <NoSites /> : <Sites />)}</Asked>
        </Panel>
        <RunningFaults />
      </div>
    </Page>
  )
}

function Filter({ count }: { count: number }) {
  const { t } = useWords()
  const { q } = route.useSearch()
  const navigate = useNavigate()
  if (count < filterFrom && q === undefined) return null
  return (
    <TextInput
      size="xs"
      w={240}
      aria-label={t('sites.filter')}
      placeholder={t('sites.filter')}
      leftSection={<IconSearch size={14} />}
      value={q ?? ''}
      onChange={(event) => {
        const value = event.currentTarget.value
        void navigate({ to: '/', search: value === '' ? {} : { q: value }, replace: true })
      }}
    />
  )
}

function Sites() {
  const { t } = useWords()
  const { q = '' } = route.useSearch()
  const query = useDeferredValue(q)
  const { data = [] } = useQuery(sitesQuery)
  const found = useMemo(
    () => (query === '' ? data : find(query, data, (it) => [it.id, it.name, it.customer.name], data.length)),
    [data, query],
  )
  const held = useHeld(found, (it) => it.id, query)
  if (held.rows.length === 0 && query !== '') return <Empty title={t('palette.nothing', { query })} />
  return (
    <>
      <News count={held.waiting} onLetIn={held.letIn} />
      <SiteRows sites={held.rows} />
    </>
  )
}

function NoSites() {
  const { t } = useWords()
  const can = useCan()
  return (
    <Empty
      icon={<IconBuildingPlus size={40} stroke={1.2} />}
      title={t('sites.empty')}
      action={can('configure') && <LinkButton to="/guide">{t('sites.begin')}</LinkButton>}
    >
      {can('configure') ? t('sites.emptyText') : t('sites.emptyForReader')}
    </Empty>
  )
}

function RunningFaults() {
  const { t } = useWords()
  const query = useFaultList({ state: 'open' })
  const { held } = query
  return (
    <Panel
      flush
      title={t('sites.running')}
      actions={
        <Link to="/faults" className="inline">
          {t('sites.allFaults')}
        </Link>
      }
    >
      <Asked query={query}>
        {() =>
          held.rows.length === 0 && held.waiting === 0 ? (
            <Empty title={t('sites.nothingRuns')}>{t('sites.nothingRunsText')}</Empty>
          ) : (
            <>
              <News count={held.waiting} onLetIn={held.letIn} />
              <FaultList faults={held.rows.slice(0, shownFaults)} label={t('sites.running')} />
            </>
          )
        }
      </Asked>
    </Panel>
  )
}
