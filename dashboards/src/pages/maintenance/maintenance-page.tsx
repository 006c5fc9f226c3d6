import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { sitesQuery } from '../../api/sites.ts'
import { Page } from '../../kit/page.tsx'
import { useWords } from '../../language/use-words.ts'
import { Board } from '../../maintenance/board.tsx'
import { MaintenanceButton, SilenceButton } from '../../maintenance/dialogs.tsx'

const route = getRouteApi('/app/maintenance')

/** When nobody shall be woken, and why: maintenance windows and silences of all sites. */
export function MaintenancePage() {
  const { t } = useWords()
  const { site } = route.useSearch()
  const navigate = useNavigate()
  const sites = useQuery(sitesQuery).data ?? []
  const one = site ?? (sites.length === 1 ? sites[0]?.id : undefined)
  return (
    <Page
      title={t('nav.maintenance')}
      meta={t('maintenance.text')}
      actions={
        <>
          <MaintenanceButton site={site} label={t('maintenance.new')} />
          <SilenceButton {...(one === undefined ? {} : { target: { site: one } })} />
        </>
      }
    >
      {sites.length > 1 && (
        <Select
          aria-label={t('maintenance.site')}
          placeholder={t('maintenance.allSites')}
          data={sites.map((it) => ({ value: it.id, label: it.name }))}
          value={site ?? null}
          onChange={(value) => void navigate({ to: '/maintenance', search: value === null ? {} : { site: value } })}
          clearable
          searchable
          limit={50}
          nothingFoundMessage={t('form.nothingFound')}
          maw={320}
        />
      )}
      <Board site={site} />
    </Page>
  )
}
