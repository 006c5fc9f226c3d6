const firstMs = 500
const longestMs = 15_000

/**
 * How long to wait after the given number of failures in a row (1, 2 …): doubling up to 15 s, with half of it by chance, so
 * that a thousand agents do not come back in the same second.
 */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const longest = Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1))
  return Math.round(longest / 2 + (longest / 2) * random())
}

/** Waits that long, or until `wake` is called or the signal fires; never rejects. */
export function pause(ms: number, signal: AbortSignal): { done: Promise<void>; wake(): void } {
  let wake: () => void = () => undefined
  const done = new Promise<void>((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(() => wake(), ms)
    wake = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', wake)
      resolve()
    }
    signal.addEventListener('abort', wake)
  })
  return { done, wake: () => wake() }
}
