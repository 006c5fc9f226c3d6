import type { Pace } from './channels/contract.ts'

/** Keeps each recipient's pace: who has to wait now, and until when. Times in milliseconds since 1970. */
export type Pacer = {
  sent(recipient: string, pace: Pace | null, at: number): void
  pause(recipient: string, until: number): void
  waiting(now: number): string[]
  nextFreeAt(now: number): number | null
}

/** A sliding window per recipient, and pauses that the receiver asked for. */
export function createPacer(): Pacer {
  const freeAt = new Map<string, number>()
  const recent = new Map<string, number[]>()
  const pause = (recipient: string, until: number): void => {
    freeAt.set(recipient, Math.max(until, freeAt.get(recipient) ?? 0))
  }
  const forget = (now: number): void => {
    for (const [recipient, at] of freeAt) if (at <= now) freeAt.delete(recipient)
  }
  return {
    pause,
    sent(recipient, pace, at) {
      if (pace === null) return
      const within = [...(recent.get(recipient) ?? []), at].filter((it) => it > at - pace.perMs)
      recent.set(recipient, within)
      const [oldest] = within
      if (within.length >= pace.messages && oldest !== undefined) pause(recipient, oldest + pace.perMs)
    },
    waiting(now) {
      forget(now)
      return [...freeAt.keys()]
    },
    nextFreeAt(now) {
      forget(now)
      return freeAt.size === 0 ? null : Math.min(...freeAt.values())
    },
  }
}
