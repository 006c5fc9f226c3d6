/** How long an alert is tried for. */
export const giveUpAfterMs = 24 * 3_600_000

const firstMs = 1000
const longestMs = 30 * 60_000

/**
 * When to try again after `attempts` failures: 1 s, doubled each time up to 30 min, never before what the receiver asked
 * for; null when that would be later than 24 h after the alert was decided.
 */
export function nextAttempt(it: {
  attempts: number
  decidedAt: number
  now: number
  retryAfterMs: number | null
}): number | null {
  const step = Math.min(longestMs, firstMs * 2 ** Math.min(it.attempts - 1, 30))
  const at = it.now + Math.max(step, it.retryAfterMs ?? 0)
  return at > it.decidedAt + giveUpAfterMs ? null : at
}
