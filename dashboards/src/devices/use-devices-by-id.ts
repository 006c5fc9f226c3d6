import type { DeviceSummary } from '@steward/shared/api'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { devicesQuery } from '../api/devices.ts'
import { sitesQuery } from '../api/sites.ts'

/** Sites of this many devices come in one answer. */
const affordable = 1000

/** What a site's devices are called and how they are, as far as that can be had without asking for thousands. */
export function useDevicesById(site: string): ReadonlyMap<string, DeviceSummary> {
  const total = useQuery(sitesQuery).data?.find((it) => it.id === site)?.devices.total
  const { data } = useInfiniteQuery({ ...devicesQuery(site), enabled: total !== undefined && total <= affordable })
  return useMemo(
    () => new Map(data?.pages.flatMap((it) => it.items.map((device) => [device.id, device])) ?? []),
    [data],
  )
}
