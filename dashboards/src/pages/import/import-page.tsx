import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { siteQuery } from '../../api/sites.ts'
import { ImportDevices } from '../../inventory/import-devices.tsx'
import { Crumbs, CrumbToSites, Page } from '../../kit/page.tsx'
import { Panel } from '../../kit/panel.tsx'
import { useWords } from '../../language/use-words.ts'

const route = getRouteApi('/app/sites/$site/import')

export function ImportPage() {
  const { t } = useWords()
  const navigate = useNavigate()
  const { site } = route.useParams()
  const { data } = useQuery(siteQuery(site))
  return (
    <Page
      title={t('devices.import')}
      narrow
      up={
        <Crumbs>
          <CrumbToSites>{t('nav.sites')}</CrumbToSites>
          <Link to="/sites/$site" params={{ site }} search={{ tab: 'devices' }}>
            {data?.name ?? site}
          </Link>
        </Crumbs>
      }
    >
      <Panel>
        <ImportDevices
          site={site}
          onDone={(count) => {
            notifications.show({ message: t('import.done', { count }) })
            void navigate({ to: '/sites/$site', params: { site }, search: { tab: 'devices' } })
          }}
        />
      </Panel>
    </Page>
  )
}
