const smallestBytes = 16 * 1024
const largestBytes = 900 * 1024
const quickMs = 250
const slowMs = 1000

/** How large the next batch may be, so that a post takes well under a second and a fault never waits long behind it. */
export function createBatchSize(): { bytes(): number; took(rawBytes: number, ms: number, more: boolean): void } {
  let bytes = 128 * 1024
  return {
    bytes: () => bytes,
    took(rawBytes, ms, more) {
      if (ms > slowMs) bytes = Math.max(smallestBytes, Math.min(bytes, rawBytes) / 2)
      else if (ms < quickMs && more) bytes = Math.min(largestBytes, bytes * 2)
    },
  }
}
