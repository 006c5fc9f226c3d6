import { useQuery } from '@tanstack/react-query'
import { recipientsQuery } from '../../api/alerts.ts'
import { useCan } from '../../api/me.ts'
import { sitesQuery } from '../../api/sites.ts'
import { type GuideStep, guideSteps } from '../../search.ts'

/** How far the set-up has come, by what the hub has: so it can be left and resumed by anybody, anywhere. */
export function useGuideProgress() {
  const can = useCan()
  const sites = useQuery(sitesQuery).data
  const recipients = useQuery({ ...recipientsQuery, enabled: can('operate') }).data
  const isDone: Record<GuideStep, boolean> = {
    site: (sites?.length ?? 0) > 0,
    agent: sites?.some((it) => it.agent.state === 'connected') ?? false,
    devices: sites?.some((it) => it.devices.total > 0) ?? false,
    alerts: (recipients?.length ?? 0) > 0,
  }
  const steps = guideSteps.map((step) => ({ step, done: isDone[step] }))
  return {
    steps,
    done: steps.filter((it) => it.done).length,
    total: steps.length,
    next: steps.find((it) => !it.done)?.step ?? null,
    isKnown: sites !== undefined && recipients !== undefined,
    isBegun: isDone.site,
  }
}
