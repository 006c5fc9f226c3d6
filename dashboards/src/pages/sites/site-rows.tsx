import type { SiteSummary } from '@steward/shared/api'
import { Link } from '@tanstack/react-router'
import { type Column, Rows } from '../../kit/rows.tsx'
import { useWords } from '../../language/use-words.ts'
import { Mark } from '../../marks/mark.tsx'
import { markOfSite } from '../../marks/mark-kind.ts'
import { rowLink } from '../../shell/use-keys.ts'
import { AgentHealth } from '../../sites/agent-health.tsx'
import { DeviceBar } from '../../sites/device-bar.tsx'
import { LevelCounts } from '../../sites/level-counts.tsx'
import classes from './sites-page.module.css'

export function SiteRows({ sites }: { sites: readonly SiteSummary[] }) {
  const { t } = useWords()
  const columns: Column<SiteSummary>[] = [
    { key: 'name', title: t('sites.site'), width: '6fr', cell: (it) => <Name site={it} /> },
    {
      key: 'faults',
      title: t('nav.faults'),
      width: '3fr',
      from: 'sm',
      cell: (it) => <LevelCounts counts={it.faults} />,
    },
    {
      key: 'devices',
      title: t('sites.devices'),
      width: '4fr',
      from: 'sm',
      cell: (it) => <DeviceBar devices={it.devices} />,
    },
    {
      key: 'agent',
      title: t('sites.agent'),
      width: '116px',
      from: 'md',
      cell: (it) => <AgentHealth site={it.id} state={it.agent.state} lastSeenAt={it.agent.lastSeenAt} />,
    },
  ]
  return (
    <Rows label={t('sites.title')} columns={columns} rows={sites} keyOf={(it) => it.id} height={60} phoneHeight={112} />
  )
}

function Name({ site }: { site: SiteSummary }) {
  return (
    <div>
      <div className={classes.name}>
        <Mark kind={markOfSite(site)} size={20} />
        <div className={classes.texts}>
          <Link to="/sites/$site" params={{ site: site.id }} className={classes.link} {...rowLink}>
            {site.name}
          </Link>
          <span className={classes.sub}>{site.customer.name}</span>
        </div>
      </div>
      <div className={classes.onPhone}>
        <LevelCounts counts={site.faults} />
        <DeviceBar devices={site.devices} />
        {site.agent.state !== 'connected' && (
          <AgentHealth site={site.id} state={site.agent.state} lastSeenAt={site.agent.lastSeenAt} />
        )}
      </div>
    </div>
  )
}
