import { Fault, FaultDetail, FaultList } from '@steward/shared/api'
import type { FaultLevel } from '@steward/shared/model'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call, v1 } from './call.ts'

export type FaultFilter = {
  state: 'open' | 'closed' | 'all'
  site?: string | undefined
  device?: string | undefined
  level?: FaultLevel | undefined
}

const pageSize = 200

export const faultsQuery = (filter: FaultFilter) =>
  infiniteQueryOptions({
    queryKey: ['faults', filter],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      call('GET', v1('faults'), { answer: FaultList, query: { ...filter, limit: pageSize, next: pageParam }, signal }),
    getNextPageParam: (last) => last.next,
  })

export const faultQuery = (id: string) =>
  queryOptions({
    queryKey: ['fault', id],
    queryFn: ({ signal }) => call('GET', v1('faults', id), { answer: FaultDetail, signal }),
  })

/** Says that somebody looks after it; a second time adds the note. */
export const acknowledgeFault = (id: string, note: string) =>
  call('POST', v1('faults', id, 'acknowledge'), { answer: Fault, body: { note } })

export const addNote = (id: string, note: string) =>
  call('POST', v1('faults', id, 'notes'), { answer: Fault, body: { note } })

/** Sets the level by hand; null: as judged again. */
export const setFaultLevel = (id: string, level: FaultLevel | null, reason: string) =>
  call('PUT', v1('faults', id, 'level'), { answer: Fault, body: { level, reason } })

/** Whether a list asked for with this filter shows the fault, its state aside: one that closes stays until the list is renewed. */
export function isWanted(fault: Fault, filter: FaultFilter): boolean {
  return (
    (filter.site === undefined || filter.site === fault.site) &&
    (filter.device === undefined || filter.device === fault.device) &&
    (filter.level === undefined || filter.level === fault.level)
  )
}

/** As the hub sorts: open ones worst first, then newest; others newest first. */
export function faultOrder(state: FaultFilter['state']): (a: Fault, b: Fault) => number {
  const newest = (a: Fault, b: Fault) => b.openedAt.localeCompare(a.openedAt) || a.id.localeCompare(b.id)
  if (state !== 'open') return newest
  return (a, b) => a.level.localeCompare(b.level) || newest(a, b)
}
