/** The live connection of the whole app: what comes goes into the query cache; when it is lost, the screen says since when. */
import type { QueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useSyncExternalStore } from 'react'
import { createLiveCache } from './live-cache.ts'
import { openStream } from './stream.ts'

/** `since`: milliseconds since 1970. */
export type LiveState = { status: 'connecting' | 'live' | 'lost'; since: number }
export type Live = { subscribe: (listener: () => void) => () => void; state: () => LiveState; retry: () => void }

/** A short break (a proxy, a new version) is nothing to tell anybody. */
const patienceMs = 4000

/** `onRefused`: the hub does not let it in, most likely because nobody is signed in any more. */
export function startLive(client: QueryClient, onRefused: () => void): { live: Live; stop: () => void } {
  const cache = createLiveCache(client)
  const listeners = new Set<() => void>()
  let current: LiveState = { status: 'connecting', since: Date.now() }
  let patience: ReturnType<typeof setTimeout> | undefined
  const become = (status: LiveState['status'], since: number): void => {
    if (current.status === status) return
    current = { status, since }
    for (const it of listeners) it()
  }
  const stream = openStream({
    types: ['fault', 'device', 'agent', 'enrolment', 'config', 'topology', 'silences'],
    onEvent: cache.take,
    onOpen: ({ missed }) => {
      clearTimeout(patience)
      patience = undefined
      become('live', Date.now())
      if (missed) void client.invalidateQueries({ refetchType: 'active' })
    },
    onLost: () => {
      const since = Date.now()
      patience ??= setTimeout(() => become('lost', since), patienceMs)
    },
    onRefused,
  })
  return {
    live: {
      subscribe: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      state: () => current,
      retry: stream.retry,
    },
    stop: () => {
      clearTimeout(patience)
      stream.stop()
      cache.stop()
    },
  }
}

const still: LiveState = { status: 'connecting', since: 0 }
export const LiveContext = createContext<Live>({
  subscribe: () => () => undefined,
  state: () => still,
  retry: () => undefined,
})

export function useLive(): LiveState & { retry: () => void } {
  const live = useContext(LiveContext)
  return { ...useSyncExternalStore(live.subscribe, live.state), retry: live.retry }
}

/** While it is shown, the readings of a site's devices come in as well; they are too many to have them all always. */
export function useReadings(client: QueryClient, site: string): void {
  useEffect(() => {
    const cache = createLiveCache(client)
    const stream = openStream({
      site,
      types: ['reading'],
      onEvent: cache.take,
      onOpen: ({ missed }) => {
        if (missed) void client.invalidateQueries({ queryKey: ['points'] })
      },
    })
    return () => {
      stream.stop()
      cache.stop()
    }
  }, [client, site])
}
