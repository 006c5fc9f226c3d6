import { DeviceMessages } from '@steward/shared/api'
import { infiniteQueryOptions } from '@tanstack/react-query'
import { call, v1 } from './call.ts'

/** A trap is read by somebody who waits for it. */
const lookAgainMs = 10_000
const pageSize = 20

export type MessageFilter = { device: string; urgency?: number | undefined; search?: string | undefined }

/** What a device of a site said by itself, newest first. */
export const messagesQuery = (site: string, filter: MessageFilter) =>
  infiniteQueryOptions({
    queryKey: ['messages', site, filter],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filter, limit: pageSize, ...(pageParam === '' ? {} : { next: pageParam }) }
      return call('GET', v1('sites', site, 'messages'), { answer: DeviceMessages, query, signal })
    },
    getNextPageParam: (last) => last.next,
    refetchInterval: lookAgainMs,
  })
