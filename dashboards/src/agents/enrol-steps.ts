/** How far an enrolment has come, as steps that are done, on their way or to come. Pure. */
import type { Enrolment } from '@steward/shared/api'

/** Each step is done when the enrolment has come past it. */
export const steps = ['waiting', 'enrolled', 'connected', 'reading'] as const
export type Step = (typeof steps)[number]

/** Starts the agent once it is enrolled. */
export const runCommand = 'npx -y pnpm@12 steward agent run'

export function stateOfStep(step: Step, state: Enrolment['state']): 'done' | 'now' | 'later' {
  const current = steps.find((it) => it === state)
  if (current === undefined) return 'later'
  if (current === 'reading') return 'done'
  const reached = steps.indexOf(current)
  const own = steps.indexOf(step)
  return own < reached ? 'done' : own === reached ? 'now' : 'later'
}
