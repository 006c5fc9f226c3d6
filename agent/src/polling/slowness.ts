/** Whether a device answers its checks, but slowly: judged over the last few, so that one late answer is nothing. */

/** How long the last checks took as a share of the time limit, newest last; a failed one counts as 1. */
export type Pace = { shares: readonly number[]; failures: number; isSlow: boolean }

export const unhurried: Pace = { shares: [], failures: 0, isSlow: false }

const remembered = 6
/** Slow from this share on … */
const slowShare = 0.55
/** … in this many of those remembered; well again when none of them is. High, since a busy agent sees everything late. */
const slowToTell = 5
/** Whoever is silent this often in a row is down or on the way there, and not slow; when it is back, its pace is judged anew. */
const failuresToForget = 3

export function onPace(before: Pace, tookMs: number, limitMs: number, ok: boolean): Pace {
  const failures = ok ? 0 : before.failures + 1
  if (failures >= failuresToForget) return { ...unhurried, failures }
  const shares = [...before.shares, ok ? tookMs / limitMs : 1].slice(-remembered)
  const slow = shares.filter((it) => it >= slowShare).length
  return { shares, failures, isSlow: slow >= slowToTell || (before.isSlow && slow > 0) }
}

/** Seconds that an answer takes now: the middle of those remembered. */
export function typicalSeconds({ shares }: Pace, limitMs: number): number {
  const sorted = [...shares].sort((a, b) => a - b)
  return ((sorted[sorted.length >> 1] ?? 0) * limitMs) / 1000
}
