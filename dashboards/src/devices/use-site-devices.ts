import type { DeviceSummary } from '@steward/shared/api'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { devicesQuery } from '../api/devices.ts'

/** All devices of a site; the first thousand show while the rest come in. */
export function useSiteDevices(site: string) {
  const query = useInfiniteQuery(devicesQuery(site))
  const { hasNextPage, isFetching, isError, fetchNextPage } = query
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage()
  }, [hasNextPage, isFetching, isError, fetchNextPage])
  const devices = useMemo((): DeviceSummary[] => query.data?.pages.flatMap((it) => it.items) ?? [], [query.data])
  return { ...query, devices, isComplete: !hasNextPage }
}
