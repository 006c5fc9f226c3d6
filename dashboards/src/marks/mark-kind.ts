import type { DeviceSummary, SiteSummary } from '@steward/shared/api'
import type { FaultLevel } from '@steward/shared/model'
import { useWords } from '../language/use-words.ts'

/** `affected`: down, and not a fault of its own. */
export type MarkKind = FaultLevel | 'well' | 'unknown' | 'maintenance' | 'affected'

/** Worst first; what a person must look at stands above what rests. */
export const markOrder: readonly MarkKind[] = ['L1', 'L2', 'L3', 'L4', 'affected', 'unknown', 'maintenance', 'well']

export function markOfDevice(device: Pick<DeviceSummary, 'level' | 'maintenance' | 'state' | 'affectedBy'>): MarkKind {
  if (device.maintenance) return 'maintenance'
  if (device.level !== null) return device.level
  if (device.state === 'up') return device.affectedBy.length > 0 ? 'affected' : 'well'
  return device.state === 'down' ? 'affected' : 'unknown'
}

/** A site without faults is well only while its agent is heard. */
export function markOfSite(site: Pick<SiteSummary, 'worstLevel' | 'agent'>): MarkKind {
  if (site.worstLevel !== null) return site.worstLevel
  return site.agent.state === 'connected' ? 'well' : 'unknown'
}

export function useMarkWord(): (kind: MarkKind) => string {
  const { t } = useWords()
  return (kind) => t(`mark.${kind}`)
}
