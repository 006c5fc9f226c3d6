import type { SiteSummary } from '@steward/shared/api'
import { Enrol } from '../../agents/enrol.tsx'
import formClasses from '../../kit/form.module.css'
import { LinkButton } from '../../kit/link-button.tsx'
import { Panel } from '../../kit/panel.tsx'
import { useWords } from '../../language/use-words.ts'
import { AgentHealth } from '../../sites/agent-health.tsx'

export function GuideAgent({ site }: { site: SiteSummary }) {
  const { t } = useWords()
  const isThere = site.agent.state === 'connected' || site.agent.state === 'silent' || site.agent.state === 'waiting'
  const next = (
    <LinkButton to="/guide" search={{ step: 'devices' }}>
      {t('guide.next')}
    </LinkButton>
  )
  return (
    <Panel title={t('guide.agentOf', { site: site.name })}>
      {isThere ? (
        <div className={formClasses.items}>
          <AgentHealth state={site.agent.state} lastSeenAt={site.agent.lastSeenAt} site={site.id} />
          <div className={formClasses.buttons}>{next}</div>
        </div>
      ) : (
        <Enrol site={site.id} onDone={<div className={formClasses.buttons}>{next}</div>} />
      )}
    </Panel>
  )
}
