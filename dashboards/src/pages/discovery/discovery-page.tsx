import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { discoveryQuery } from '../../api/discovery.ts'
import { siteQuery } from '../../api/sites.ts'
import { Crumbs, CrumbToSites, Page } from '../../kit/page.tsx'
import { Asked } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { FoundPanel } from './found-panel.tsx'
import { SearchPanel } from './search-panel.tsx'

const route = getRouteApi('/app/sites/$site/discovery')

export function DiscoveryPage() {
  const { t } = useWords()
  const { site } = route.useParams()
  const { data } = useQuery(siteQuery(site))
  const query = useQuery(discoveryQuery(site))
  return (
    <Page
      title={t('discovery.title')}
      meta={t('discovery.text')}
      up={
        <Crumbs>
          <CrumbToSites>{t('nav.sites')}</CrumbToSites>
          <Link to="/sites/$site" params={{ site }} search={{ tab: 'devices' }}>
            {data?.name ?? site}
          </Link>
        </Crumbs>
      }
    >
      <Asked query={query}>
        {(discovery) => (
          <>
            <SearchPanel site={site} discovery={discovery} />
            {discovery.search !== null && (
              <FoundPanel key={discovery.search.startedAt} site={site} search={discovery.search} />
            )}
          </>
        )}
      </Asked>
    </Page>
  )
}
