import { Button, Select } from '@mantine/core'
import type { Agent } from '@steward/shared/api'
import { IconPlus, IconRouter } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Enrol } from '../../agents/enrol.tsx'
import { agentsQuery } from '../../api/fleet.ts'
import { useCan } from '../../api/me.ts'
import { sitesQuery } from '../../api/sites.ts'
import deviceClasses from '../../devices/devices.module.css'
import { Dialog } from '../../kit/dialog.tsx'
import formClasses from '../../kit/form.module.css'
import { LinkButton } from '../../kit/link-button.tsx'
import { Page } from '../../kit/page.tsx'
import { Panel } from '../../kit/panel.tsx'
import { type Column, Rows } from '../../kit/rows.tsx'
import { Asked, Empty } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { rowLink } from '../../shell/use-keys.ts'
import { AgentHealth } from '../../sites/agent-health.tsx'
import { Age } from '../../time/age-shown.tsx'

const route = getRouteApi('/app/agents')

export function AgentsPage() {
  const { t } = useWords()
  const can = useCan()
  const navigate = useNavigate()
  const { enrol = false } = route.useSearch()
  const query = useQuery(agentsQuery)
  const open = (): void => void navigate({ to: '/agents', search: { enrol: true } })
  return (
    <Page
      title={t('nav.agents')}
      meta={t('agents.text')}
      actions={
        can('configure') && (
          <Button leftSection={<IconPlus size={16} />} onClick={open}>
            {t('agents.enrol')}
          </Button>
        )
      }
    >
      <Panel flush>
        <Asked query={query}>
          {(agents) =>
            agents.length === 0 ? (
              <Empty
                icon={<IconRouter size={40} stroke={1.2} />}
                title={t('agents.none')}
                action={can('configure') && <Button onClick={open}>{t('agents.enrol')}</Button>}
              >
                {t('agents.noneText')}
              </Empty>
            ) : (
              <AgentRows agents={agents} />
            )
          }
        </Asked>
      </Panel>
      {enrol && can('configure') && <EnrolDialog />}
    </Page>
  )
}

function AgentRows({ agents }: { agents: readonly Agent[] }) {
  const { t, count } = useWords()
  const sites = useQuery(sitesQuery).data ?? []
  const nameOf = (site: string): string => sites.find((it) => it.id === site)?.name ?? site
  const health = (it: Agent) => <AgentHealth site={it.site} state={it.state} lastSeenAt={it.lastSeenAt} />
  const columns: Column<Agent>[] = [
    {
      key: 'name',
      title: t('agents.name'),
      width: '4fr',
      cell: (it) => (
        <>
          <Link
            to="/sites/$site"
            params={{ site: it.site }}
            search={{ tab: 'agent' }}
            className={deviceClasses.link}
            {...rowLink}
          >
            {it.name}
          </Link>
          <span className={deviceClasses.sub}>{nameOf(it.site)}</span>
          <span className={deviceClasses.onPhone}>{health(it)}</span>
        </>
      ),
    },
    { key: 'state', title: t('agents.state'), width: '3fr', from: 'sm', cell: health },
    {
      key: 'devices',
      title: t('agents.devices'),
      width: '1fr',
      from: 'md',
      cell: ({ status }) =>
        status === null ? '–' : count(status.devices.up + status.devices.down + status.devices.unknown),
    },
    {
      key: 'problems',
      title: t('agents.problems'),
      width: '2fr',
      from: 'sm',
      cell: (it) => (it.problems.length === 0 ? '–' : t('agents.problemCount', { count: it.problems.length })),
    },
    {
      key: 'outbox',
      title: t('agents.outbox'),
      width: '2fr',
      from: 'md',
      cell: (it) => (it.status === null ? '–' : count(it.status.outbox.records)),
    },
    {
      key: 'seen',
      title: t('agents.seen'),
      width: '2fr',
      from: 'md',
      cell: (it) => (it.lastSeenAt === null ? '–' : <Age at={it.lastSeenAt} site={it.site} ago />),
    },
    { key: 'version', title: t('agents.version'), width: '1fr', from: 'lg', cell: (it) => it.version },
  ]
  return (
    <Rows
      label={t('nav.agents')}
      columns={columns}
      rows={agents}
      keyOf={(it) => it.id}
      isDim={(it) => it.revokedAt !== null}
      height={56}
      phoneHeight={76}
    />
  )
}

function EnrolDialog() {
  const { t } = useWords()
  const navigate = useNavigate()
  const { site } = route.useSearch()
  const { data: sites = [] } = useQuery(sitesQuery)
  return (
    <Dialog onClose={() => void navigate({ to: '/agents' })} title={t('agents.enrol')} size="lg">
      <div className={formClasses.items}>
        <Select
          label={t('sites.site')}
          placeholder={t('enrol.chooseSite')}
          data={sites.map((it) => ({ value: it.id, label: it.name }))}
          searchable
          value={site ?? null}
          onChange={(value) =>
            void navigate({ to: '/agents', search: { enrol: true, site: value ?? undefined }, replace: true })
          }
        />
        {site !== undefined && (
          <Enrol
            key={site}
            site={site}
            onDone={
              <LinkButton to="/sites/$site" params={{ site }}>
                {t('enrol.toSite')}
              </LinkButton>
            }
          />
        )}
      </div>
    </Dialog>
  )
}
