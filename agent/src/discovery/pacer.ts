/** Holds what is sent under a number of packets a second, evenly: no burst is larger than a twentieth of a second's worth. */

/** Monotonic milliseconds, and waiting that ends early when the signal says so. */
export type PacerClock = { nowMs(): number; wait(ms: number, signal: AbortSignal): Promise<void> }

export type Pacer = {
  /** Resolves when this many packets may go; at once after the signal. First come, first served. */
  take(packets: number, signal: AbortSignal): Promise<void>
}

export function createPacer(packetsPerSecond: number, clock: PacerClock): Pacer {
  const burstMs = 50
  const msEach = 1000 / packetsPerSecond
  /** When all packets that were let go are paid for. */
  let paidAtMs = clock.nowMs()
  return {
    async take(packets, signal) {
      const now = clock.nowMs()
      const startMs = Math.max(paidAtMs, now - burstMs)
      paidAtMs = startMs + packets * msEach
      const waitMs = startMs - now
      if (waitMs > 0 && !signal.aborted) await clock.wait(waitMs, signal)
    },
  }
}
