import type { Fault } from '@steward/shared/api'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type FaultFilter, faultOrder, faultsQuery } from '../api/faults.ts'
import { useHeld } from '../kit/use-held.ts'

const keyOf = (it: Fault): string => it.id

/** A list of faults that does not jump: sorted as the hub does, changed in place, new ones waiting. */
export function useFaultList(filter: FaultFilter) {
  const query = useInfiniteQuery(faultsQuery(filter))
  const { data } = query
  const sorted = useMemo(
    () => (data?.pages.flatMap((it) => it.items) ?? []).filter(isShownIn(filter.state)).sort(faultOrder(filter.state)),
    [data, filter.state],
  )
  // A page more is asked for by the reader: its rows do not wait.
  const held = useHeld(sorted, keyOf, `${JSON.stringify(filter)} ${data?.pages.length ?? 0}`)
  return { ...query, held }
}

/** What has closed leaves a list of open faults, when the reader lets it go (`useHeld` keeps its row till then). */
function isShownIn(state: FaultFilter['state']): (fault: Fault) => boolean {
  return (fault) => state === 'all' || (state === 'open') === (fault.closedAt === null)
}
