import { Button, SegmentedControl, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { FaultFilter } from '../../api/faults.ts'
import { sitesQuery } from '../../api/sites.ts'
import { FaultList } from '../../faults/fault-list.tsx'
import { News } from '../../faults/news.tsx'
import { useFaultList } from '../../faults/use-fault-list.ts'
import { Page } from '../../kit/page.tsx'
import { Panel } from '../../kit/panel.tsx'
import { Asked, Awaited, Empty } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { Mark } from '../../marks/mark.tsx'
import { faultLevels, useOpenCounts } from '../../shell/open-counts.ts'
import { LevelCounts } from '../../sites/level-counts.tsx'
import classes from './faults-page.module.css'

const route = getRouteApi('/app/faults')
const states = ['open', 'closed', 'all'] as const

export function FaultsPage() {
  const { t } = useWords()
  const open = useOpenCounts()
  const { state = 'open', site, level } = route.useSearch()
  const filter: FaultFilter = { state, site, level }
  return (
    <Page title={t('nav.faults')} meta={open.isKnown ? <LevelCounts counts={open.byLevel} /> : ' '}>
      <Panel flush>
        <Filters filter={filter} />
        <List filter={filter} />
      </Panel>
    </Page>
  )
}

function Filters({ filter }: { filter: FaultFilter }) {
  const { t } = useWords()
  const navigate = useNavigate()
  const sites = useQuery(sitesQuery).data ?? []
  const set = (part: Partial<FaultFilter>): void => {
    const { state, ...rest } = { ...filter, ...part }
    void navigate({ to: '/faults', search: { ...rest, ...(state === 'open' ? {} : { state }) }, replace: true })
  }
  return (
    <div className={classes.filters}>
      <SegmentedControl
        aria-label={t('faults.state')}
        data={states.map((it) => ({ value: it, label: t(`faults.${it}`) }))}
        value={filter.state}
        onChange={(value) => set({ state: states.find((it) => it === value) ?? 'open' })}
      />
      <fieldset className={classes.levels} aria-label={t('faults.level')}>
        {faultLevels.map((it) => (
          <Button
            key={it}
            size="xs"
            variant={filter.level === it ? 'filled' : 'default'}
            aria-pressed={filter.level === it}
            leftSection={<Mark kind={it} size={12} silent />}
            onClick={() => set({ level: filter.level === it ? undefined : it })}
          >
            {it}
          </Button>
        ))}
      </fieldset>
      {sites.length > 1 && (
        <Select
          className={classes.site ?? ''}
          aria-label={t('sites.site')}
          placeholder={t('faults.anySite')}
          data={sites.map((it) => ({ value: it.id, label: it.name }))}
          value={filter.site ?? null}
          searchable
          clearable
          limit={50}
          onChange={(value) => set({ site: value ?? undefined })}
        />
      )}
    </div>
  )
}

function List({ filter }: { filter: FaultFilter }) {
  const { t } = useWords()
  const query = useFaultList(filter)
  const { held } = query
  const isFiltered = filter.site !== undefined || filter.level !== undefined
  return (
    <Asked query={query} awaited={<Awaited count={8} height={36} />}>
      {() =>
        held.rows.length === 0 && held.waiting === 0 ? (
          <Empty
            title={
              isFiltered
                ? t('faults.noneFound')
                : filter.state === 'open'
                  ? t('sites.nothingRuns')
                  : t('faults.noneYet')
            }
          >
            {isFiltered ? t('faults.noneFoundText') : t('sites.nothingRunsText')}
          </Empty>
        ) : (
          <>
            <News count={held.waiting} onLetIn={held.letIn} />
            <FaultList faults={held.rows} label={t('nav.faults')} />
            {query.hasNextPage && (
              <div className={classes.next}>
                <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  {t('do.showMore')}
                </Button>
              </div>
            )}
          </>
        )
      }
    </Asked>
  )
}
