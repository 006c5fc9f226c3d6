import { Alert } from '@mantine/core'
import type { Agent, SiteDetail } from '@steward/shared/api'
import { IconAlertCircle, IconRouter } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { AgentFacts } from '../../agents/agent-facts.tsx'
import { agentsOfSite, lookedAfter } from '../../agents/look-after.ts'
import { ManageAgent } from '../../agents/manage-agent.tsx'
import { agentsQuery, grantsQuery } from '../../api/fleet.ts'
import { useCan } from '../../api/me.ts'
import { useSiteDevices } from '../../devices/use-site-devices.ts'
import { CopyLine } from '../../kit/copy-line.tsx'
import formClasses from '../../kit/form.module.css'
import { LinkButton } from '../../kit/link-button.tsx'
import { Panel } from '../../kit/panel.tsx'
import { type Column, Rows } from '../../kit/rows.tsx'
import { Asked, Empty } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { AgentHealth } from '../../sites/agent-health.tsx'
import { Instant } from '../../time/age-shown.tsx'
import classes from './site-page.module.css'

export function SiteAgent({ site }: { site: SiteDetail }) {
  const { t } = useWords()
  const can = useCan()
  const query = useQuery(agentsQuery)
  return (
    <Asked query={query}>
      {(agents) => {
        const own = agentsOfSite(agents, site.id)
        if (own.length === 0) {
          return (
            <Panel>
              <Empty
                icon={<IconRouter size={40} stroke={1.2} />}
                title={t('agents.noneHere')}
                action={
                  can('configure') && (
                    <LinkButton to="/agents" search={{ site: site.id, enrol: true }}>
                      {t('agents.enrol')}
                    </LinkButton>
                  )
                }
              >
                {t('agents.noneHereText')}
              </Empty>
            </Panel>
          )
        }
        return <Agents site={site.id} agents={own} />
      }}
    </Asked>
  )
}

function Agents({ site, agents }: { site: string; agents: readonly Agent[] }) {
  const { t } = useWords()
  const can = useCan()
  const { devices } = useSiteDevices(site)
  const given = lookedAfter(devices, agents)
  const unwatched = given.get(null) ?? []
  const isSeveral = agents.length > 1
  return (
    <div className={classes.column}>
      {unwatched.length > 0 && (
        <Alert color="orange" icon={<IconAlertCircle size={18} />}>
          {t('agents.unwatched', {
            count: unwatched.length,
            names: [...new Set(unwatched.map((it) => it.agent ?? ''))].join(', '),
          })}
        </Alert>
      )}
      {agents.map((agent) => (
        <Panel
          key={agent.id}
          title={agent.name}
          aside={<AgentHealth site={site} state={agent.state} lastSeenAt={agent.lastSeenAt} />}
          actions={can('configure') && <ManageAgent agent={agent} />}
        >
          <AgentFacts agent={agent} {...(isSeveral ? { given: given.get(agent.name)?.length ?? 0 } : {})} />
        </Panel>
      ))}
      {can('configure') && (
        <div className={formClasses.buttons}>
          <LinkButton to="/agents" search={{ site, enrol: true }} variant="default">
            {t('agents.another')}
          </LinkButton>
        </div>
      )}
      {agents.some((it) => it.state === 'connected') && <Grants site={site} />}
    </div>
  )
}

type Grant = { id: string; device: string; port: number; from: number; until: number; streams: number }

/** What the customer's side lets through now; only the agent's own copy counts. */
function Grants({ site }: { site: string }) {
  const { t, count } = useWords()
  const query = useQuery(grantsQuery(site))
  const columns: Column<Grant>[] = [
    { key: 'device', title: t('devices.device'), width: '3fr', cell: (it) => it.device },
    { key: 'port', title: t('grants.port'), width: '1fr', cell: (it) => String(it.port) },
    {
      key: 'until',
      title: t('grants.until'),
      width: '3fr',
      cell: (it) => <Instant at={new Date(it.until).toISOString()} site={site} />,
    },
    { key: 'streams', title: t('grants.streams'), width: '1fr', from: 'sm', cell: (it) => count(it.streams) },
  ]
  return (
    <Panel flush title={t('grants.title')}>
      <Asked query={query}>
        {(grants) =>
          grants.length === 0 ? (
            <Empty title={t('grants.none')}>
              <p className={formClasses.hint}>{t('grants.noneText')}</p>
              <CopyLine text="steward agent grant --device DEVICE --port 80 --minutes 60" />
            </Empty>
          ) : (
            <Rows label={t('grants.title')} columns={columns} rows={grants} keyOf={(it) => it.id} />
          )
        }
      </Asked>
    </Panel>
  )
}
