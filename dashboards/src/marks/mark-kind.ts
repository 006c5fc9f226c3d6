import type { DeviceSummary, SiteSummary } from '@steward/shared/api'
import type { FaultLevel } from '@steward/shared/model'
import { useWords } from '../language/use-words.ts'

/** `affected`: down, and not a fault of its own. */
export type MarkKind = FaultLevel | 'well' | 'unknown' | 'maintenance' | 'affected'

/** Worst first; what a person must look at stands above what rests. */
export const markOrder: readonly MarkKind[] = ['L1', 'L2', 'L3', 'L4', 'affected', 'unknown', 'maintenance', 'well']

type Shown = Pick<DeviceSummary, 'level' | 'maintenance' | 'state' | 'affectedBy' | 'address'>

/** What has no address is never checked (a camera channel): it works as long as what it needs does. */
export function isNeverChecked(device: Pick<DeviceSummary, 'address' | 'state'>): boolean {
  return device.address === null && device.state === 'unknown'
}

export function markOfDevice(device: Shown): MarkKind {
  if (device.maintenance) return 'maintenance'
  if (device.level !== null) return device.level
  if (device.state === 'down' || device.affectedBy.length > 0) return 'affected'
  return device.state === 'up' || isNeverChecked(device) ? 'well' : 'unknown'
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
