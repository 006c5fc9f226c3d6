import type { FaultLevel } from '@steward/shared/model'
import { useQuery } from '@tanstack/react-query'
import { sitesQuery } from '../api/sites.ts'

export const faultLevels = ['L1', 'L2', 'L3', 'L4'] as const satisfies readonly FaultLevel[]

/** `isKnown`: whether the sites have answered; until then nobody may read the noughts as good news. */
export type OpenCounts = {
  isKnown: boolean
  total: number
  worst: FaultLevel | null
  byLevel: Record<FaultLevel, number>
}

/** Open faults over all sites that I may see. */
export function useOpenCounts(): OpenCounts {
  const { data: sites } = useQuery(sitesQuery)
  const byLevel = { L1: 0, L2: 0, L3: 0, L4: 0 }
  for (const { faults } of sites ?? []) for (const level of faultLevels) byLevel[level] += faults[level]
  const total = faultLevels.reduce((sum, level) => sum + byLevel[level], 0)
  return { isKnown: sites !== undefined, total, worst: faultLevels.find((it) => byLevel[it] > 0) ?? null, byLevel }
}
