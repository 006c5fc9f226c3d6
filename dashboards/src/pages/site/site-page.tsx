import { Button, Menu, Tabs } from '@mantine/core'
import { IconDots, IconFileImport, IconPencil, IconPlus, IconRadar2, IconTopologyStar3 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useCan } from '../../api/me.ts'
import { siteQuery } from '../../api/sites.ts'
import { LinkButton } from '../../kit/link-button.tsx'
import { Crumbs, CrumbToSites, Facts, Page } from '../../kit/page.tsx'
import { Asked, Awaited } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { Board } from '../../maintenance/board.tsx'
import { MaintenanceButton, SilenceButton } from '../../maintenance/dialogs.tsx'
import { Mark } from '../../marks/mark.tsx'
import { markOfSite } from '../../marks/mark-kind.ts'
import { type SiteTab, siteTabs } from '../../search.ts'
import { AgentHealth } from '../../sites/agent-health.tsx'
import { LocalTime } from '../../time/local-time.tsx'
import { SiteAgent } from './site-agent.tsx'
import { SiteDevices } from './site-devices.tsx'
import { SiteFaults } from './site-faults.tsx'
import { SiteOverview } from './site-overview.tsx'
import classes from './site-page.module.css'

const route = getRouteApi('/app/sites/$site')

export function SitePage() {
  const { t } = useWords()
  const { site: id } = route.useParams()
  const query = useQuery(siteQuery(id))
  const { data: site } = query
  return (
    <Page
      title={site?.name ?? id}
      mark={site !== undefined && <Mark kind={markOfSite(site)} size={20} />}
      up={
        <Crumbs>
          <CrumbToSites>{t('nav.sites')}</CrumbToSites>
          <span>{site?.customer.name ?? ' '}</span>
        </Crumbs>
      }
      meta={
        site !== undefined && (
          <Facts>
            {site.address !== '' && <span>{site.address}</span>}
            <LocalTime zone={site.timezone} />
            <AgentHealth site={site.id} state={site.agent.state} lastSeenAt={site.agent.lastSeenAt} />
          </Facts>
        )
      }
      actions={<Actions site={id} />}
    >
      <Asked query={query} awaited={<Awaited count={8} />}>
        {() => <Parts site={id} />}
      </Asked>
    </Page>
  )
}

function Parts({ site }: { site: string }) {
  const { t, count } = useWords()
  const { tab = 'overview' } = route.useSearch()
  const navigate = useNavigate()
  const { data } = useQuery(siteQuery(site))
  if (data === undefined) return null
  const open = data.faults.L1 + data.faults.L2 + data.faults.L3 + data.faults.L4
  const figures: Partial<Record<SiteTab, number>> = { faults: open }
  return (
    <Tabs
      value={tab}
      onChange={(value) => {
        const next = siteTabs.find((it) => it === value)
        void navigate({
          to: '/sites/$site',
          params: { site },
          search: next === undefined || next === 'overview' ? {} : { tab: next },
        })
      }}
      keepMounted={false}
      classNames={{ list: classes.tabs ?? '' }}
    >
      <Tabs.List>
        {siteTabs.map((it) => (
          <Tabs.Tab key={it} value={it} rightSection={<Figure value={figures[it]} write={count} />}>
            {t(`site.${it}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <div className={classes.part}>
        <Tabs.Panel value="overview">
          <SiteOverview site={data} />
        </Tabs.Panel>
        <Tabs.Panel value="devices">
          <SiteDevices site={data} />
        </Tabs.Panel>
        <Tabs.Panel value="faults">
          <SiteFaults site={site} />
        </Tabs.Panel>
        <Tabs.Panel value="agent">
          <SiteAgent site={data} />
        </Tabs.Panel>
        <Tabs.Panel value="maintenance">
          <Board site={site} actions={<SilenceButton target={{ site }} />} />
        </Tabs.Panel>
      </div>
    </Tabs>
  )
}

function Figure({ value, write }: { value: number | undefined; write: (value: number) => string }) {
  return value === undefined || value === 0 ? null : <span className={classes.figure}>{write(value)}</span>
}

function Actions({ site }: { site: string }) {
  const { t } = useWords()
  const can = useCan()
  const navigate = useNavigate()
  const toTopology = (
    <LinkButton
      to="/sites/$site/topology"
      params={{ site }}
      variant="default"
      leftSection={<IconTopologyStar3 size={16} />}
    >
      {t('topology.title')}
    </LinkButton>
  )
  const toDiscovery = (
    <LinkButton to="/sites/$site/discovery" params={{ site }} variant="default" leftSection={<IconRadar2 size={16} />}>
      {t('discovery.title')}
    </LinkButton>
  )
  if (!can('configure')) {
    return (
      <>
        {toTopology}
        {can('operate') && toDiscovery}
        <MaintenanceButton site={site} />
      </>
    )
  }
  return (
    <>
      {toTopology}
      <MaintenanceButton site={site} />
      <LinkButton
        to="/sites/$site/devices/new"
        params={{ site }}
        variant="default"
        leftSection={<IconPlus size={16} />}
      >
        {t('devices.add')}
      </LinkButton>
      <Menu>
        <Menu.Target>
          <Button variant="default" px={8} aria-label={t('do.more')}>
            <IconDots size={18} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconRadar2 size={16} />}
            onClick={() => void navigate({ to: '/sites/$site/discovery', params: { site } })}
          >
            {t('discovery.title')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconFileImport size={16} />}
            onClick={() => void navigate({ to: '/sites/$site/import', params: { site } })}
          >
            {t('devices.import')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconPencil size={16} />}
            onClick={() => void navigate({ to: '/sites/$site/edit', params: { site } })}
          >
            {t('site.edit')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  )
}
