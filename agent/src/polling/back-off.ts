/** How long to wait before a device is read again that could not be read. Its checks go on as ever. */

const longestSilenceMs = 10 * 60_000
const firstRefusalMs = 5 * 60_000
const longestRefusalMs = 60 * 60_000

/** After `failures` polls in a row without an answer; twice as long each time, at most ten minutes or the interval. */
export function silenceBackOffMs(failures: number, intervalMs: number): number {
  return Math.min(intervalMs * 2 ** Math.min(failures, 20), Math.max(intervalMs, longestSilenceMs))
}

/**
 * After `refusals` polls in a row that the device refused: 5, 10, 20, 40 min, then every hour, since devices lock an account
 * after a few wrong passwords in half an hour. Ends when the secret changes.
 */
export function refusalBackOffMs(refusals: number, intervalMs: number): number {
  const wait = firstRefusalMs * 2 ** Math.min(Math.max(refusals, 1) - 1, 20)
  return Math.max(intervalMs, Math.min(wait, longestRefusalMs))
}
