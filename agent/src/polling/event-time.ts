import type { Clock } from './contract.ts'

/**
 * The instants that faults are filed at: the wall clock, but never going back. After the wall clock was set back it runs at
 * half speed until the wall clock has caught up. `lastAt`: the latest instant that was ever used. Milliseconds since 1970.
 */
export function createEventTime(clock: Clock, lastAt: number): () => number {
  let last = { at: Math.max(lastAt, 0), monotonicMs: clock.monotonicMs() }
  return () => {
    const wall = Math.round(clock.wallMs())
    const monotonicMs = clock.monotonicMs()
    const passed = Math.max(0, monotonicMs - last.monotonicMs)
    // Of what passed while the wall clock is behind, only whole milliseconds are counted, so the rest is kept for later.
    const half = Math.floor(passed / 2)
    if (wall >= last.at) last = { at: wall, monotonicMs }
    else if (half > 0) last = { at: last.at + half, monotonicMs }
    return last.at
  }
}
