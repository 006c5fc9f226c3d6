/** Whether a device answers its checks, but slowly: judged over the last few, so that one late answer is nothing. */

/** How long the last checks took as a share of the time limit, newest last; a failed one counts as 1. */
export type Pace = { shares: readonly number[]; isSlow: boolean }

export const unhurried: Pace = { shares: [], isSlow: false }

const remembered = 6
/** Slow from this share on … */
const slowShare = 0.55
/** … in this many of those remembered; well again when none of them is. High, since a busy agent sees everything late. */
const slowToTell = 5

export function onPace(before: Pace, tookMs: number, limitMs: number, ok: boolean): Pace {
  const share = ok ? tookMs / limitMs : 1
  const shares = [...before.shares, share].slice(-remembered)
  const slow = shares.filter((it) => it >= slowShare).length
  const answered = shares.some((it) => it < 1)
  // Whoever answers nothing at all is down or on the way there, and not slow.
  const isSlow = answered && (slow >= slowToTell || (before.isSlow && slow > 0))
  return { shares, isSlow }
}

/** Seconds that an answer takes now: the middle of those remembered. */
export function typicalSeconds({ shares }: Pace, limitMs: number): number {
  const sorted = [...shares].sort((a, b) => a - b)
  return ((sorted[sorted.length >> 1] ?? 0) * limitMs) / 1000
}
