import { useSyncExternalStore } from 'react'

/** One timer for each pace, however many ages are on the screen; none while nobody looks. */
type Pace = { now: number; listeners: Set<() => void>; timer: ReturnType<typeof setInterval> | null }

const paces = new Map<number, Pace>()

function paceOf(everyMs: number): Pace {
  const known = paces.get(everyMs)
  if (known !== undefined) return known
  const made: Pace = { now: Date.now(), listeners: new Set(), timer: null }
  paces.set(everyMs, made)
  return made
}

function subscribe(everyMs: number, listener: () => void): () => void {
  const pace = paceOf(everyMs)
  pace.listeners.add(listener)
  pace.timer ??= setInterval(() => {
    pace.now = Date.now()
    for (const it of pace.listeners) it()
  }, everyMs)
  return () => {
    pace.listeners.delete(listener)
    if (pace.listeners.size > 0 || pace.timer === null) return
    clearInterval(pace.timer)
    pace.timer = null
  }
}

const subscribers = new Map<number, (listener: () => void) => () => void>()

/** The time, in milliseconds since 1970, renewed every `everyMs`. */
export function useNow(everyMs: number): number {
  let own = subscribers.get(everyMs)
  if (own === undefined) {
    own = (listener) => subscribe(everyMs, listener)
    subscribers.set(everyMs, own)
  }
  return useSyncExternalStore(own, () => {
    const pace = paceOf(everyMs)
    // Nobody listened for a while: the first look must not show an old time.
    if (pace.timer === null && Date.now() - pace.now > everyMs) pace.now = Date.now()
    return pace.now
  })
}
