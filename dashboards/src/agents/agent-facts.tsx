import type { Agent } from '@steward/shared/api'
import { IconAlertCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useWords } from '../language/use-words.ts'
import { Age } from '../time/age-shown.tsx'
import classes from './agents.module.css'
import { writeBytes } from './write-bytes.ts'

/** What is known of an agent, and what it asks to have mended. `given`: how many devices it looks after, of several agents. */
export function AgentFacts({ agent, given }: { agent: Agent; given?: number }) {
  const { t, count, language } = useWords()
  const { status, site } = agent
  const bytes = (it: number): string => writeBytes(it, language)
  return (
    <>
      {agent.problems.length > 0 && (
        <ul className={classes.problems}>
          {agent.problems.map((it) => (
            <li key={it.key}>
              <IconAlertCircle size={16} />
              <span>
                {it.device !== null && <b>{it.device}: </b>}
                {it.message}
              </span>
              <Age at={it.since} site={site} />
            </li>
          ))}
        </ul>
      )}
      <dl className={classes.facts}>
        {given !== undefined && <Fact name={t('agents.devices')}>{t('agents.looksAfter', { count: given })}</Fact>}
        <Fact name={t('agents.host')}>
          {agent.host.name} · {agent.host.platform} {agent.host.arch}
        </Fact>
        <Fact name={t('agents.version')}>{agent.version}</Fact>
        <Fact name={t('agents.networks')}>{agent.allow.join(', ')}</Fact>
        <Fact name={t('agents.enrolled')}>
          <Age at={agent.enrolledAt} site={site} ago />
        </Fact>
        {agent.connectedSince !== null && (
          <Fact name={t('agents.connected')}>
            <Age at={agent.connectedSince} site={site} />
          </Fact>
        )}
        {status !== null && (
          <>
            <Fact name={t('agents.memory')}>{bytes(status.rssBytes)}</Fact>
            <Fact name={t('agents.outbox')}>
              {status.outbox.records === 0
                ? t('agents.outboxEmpty')
                : t('agents.outboxFull', {
                    records: count(status.outbox.records),
                    bytes: bytes(status.outbox.bytes),
                    max: bytes(status.outbox.maxBytes),
                  })}
            </Fact>
          </>
        )}
      </dl>
    </>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
