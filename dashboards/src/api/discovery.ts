import { DiscoveredList, type DiscoveryAccept, DiscoveryAccepted, SiteDiscovery } from '@steward/shared/api'
import type { DiscoveryRequest } from '@steward/shared/model'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { call, v1 } from './call.ts'

const progressEveryMs = 1000
/** Working out thousands of proposals costs the hub more than the looking is worth. */
const foundEveryMs = (found: number): number => Math.max(2000, found * 10)

/** Where a site's agent may search, and how far its last search is; asked again while one runs. */
export const discoveryQuery = (site: string) =>
  queryOptions({
    queryKey: ['discovery', site],
    queryFn: ({ signal }) => call('GET', v1('sites', site, 'discovery'), { answer: SiteDiscovery, signal }),
    refetchInterval: ({ state }) => (state.data?.search?.state === 'running' ? progressEveryMs : false),
    staleTime: 0,
  })

/** What the search found; `turn` names the search and its state, so that its end is asked for once more. */
export const discoveredQuery = (site: string, turn: { startedAt: string; state: string }) =>
  queryOptions({
    queryKey: ['discovered', site, turn],
    queryFn: async ({ signal }) =>
      (await call('GET', v1('sites', site, 'discovery', 'devices'), { answer: DiscoveredList, signal })).items,
    refetchInterval: ({ state }) => (turn.state === 'running' ? foundEveryMs(state.data?.length ?? 0) : false),
    placeholderData: keepPreviousData,
    staleTime: 0,
  })

export const startDiscovery = (site: string, body: z.input<typeof DiscoveryRequest>) =>
  call('POST', v1('sites', site, 'discovery'), { answer: SiteDiscovery, body })

export const cancelDiscovery = (site: string) =>
  call('POST', v1('sites', site, 'discovery', 'cancel'), { answer: SiteDiscovery, body: {} })

export const acceptDiscovered = (site: string, body: z.input<typeof DiscoveryAccept>) =>
  call('POST', v1('sites', site, 'discovery', 'accept'), { answer: DiscoveryAccepted, body })
