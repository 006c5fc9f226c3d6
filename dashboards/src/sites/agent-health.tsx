import type { AgentHealth as Health } from '@steward/shared/api'
import {
  IconCircleDashed,
  type IconCircleDot,
  IconCircleOff,
  IconHourglass,
  IconPlugConnected,
  IconPlugConnectedX,
} from '@tabler/icons-react'
import { useWords } from '../language/use-words.ts'
import { Age } from '../time/age-shown.tsx'
import classes from './sites.module.css'

const icons = {
  none: IconCircleDashed,
  waiting: IconHourglass,
  connected: IconPlugConnected,
  silent: IconPlugConnectedX,
  revoked: IconCircleOff,
} as const satisfies Record<Health, typeof IconCircleDot>

type Props = { state: Health; lastSeenAt: string | null; site?: string }

/** How the agent is, in a word; of one that is not heard, since when. */
export function AgentHealth({ state, lastSeenAt, site }: Props) {
  const { t } = useWords()
  const Icon = icons[state]
  return (
    <span className={classes.agent} data-state={state}>
      <Icon size={16} stroke={1.6} />
      <span>{t(`agent.${state}`)}</span>
      {state === 'silent' && lastSeenAt !== null && <Age at={lastSeenAt} site={site} />}
    </span>
  )
}
