import { Select } from '@mantine/core'
import { useWords } from '../language/use-words.ts'
import { useSiteAgents } from './use-site-agents.ts'

type Props = { site: string; value: string; onChange: (agent: string) => void }

/** Who looks after a device; nothing to choose where a site has one agent and the device names no other. */
export function AgentField({ site, value, onChange }: Props) {
  const { t } = useWords()
  const agents = useSiteAgents(site)
  if (agents.length < 2 && value === '') return null
  const names = agents.map((it) => it.name)
  const isThere = value === '' || names.includes(value)
  return (
    <Select
      label={t('agents.agent')}
      description={isThere ? undefined : t('agents.notThere')}
      placeholder={t('agents.first', { name: names[0] ?? '–' })}
      data={isThere ? names : [...names, value]}
      value={value === '' ? null : value}
      clearable
      onChange={(name) => onChange(name ?? '')}
    />
  )
}
