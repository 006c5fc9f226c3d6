/**
 * Notices when this process did not run for a while (the machine slept, or was too busy), so that no device is called down
 * for questions that were not asked or answers that were not read. All times in milliseconds.
 */
export type GapWatch = {
  /** To be called often; true when a gap has just been found. */
  beat(monotonicMs: number, wallMs: number): boolean
  /** Whether a failed check that started then says nothing about the device. */
  isDoubtful(startedMonotonicMs: number): boolean
}

export type GapSettings = { toleranceMs: number; graceMs: number }

const defaults: GapSettings = { toleranceMs: 3000, graceMs: 10_000 }

export function createGapWatch(settings: GapSettings = defaults): GapWatch {
  let last: { monotonicMs: number; wallMs: number } | null = null
  let doubtfulUntil = Number.NEGATIVE_INFINITY
  return {
    beat(monotonicMs, wallMs) {
      const before = last
      last = { monotonicMs, wallMs }
      if (before === null) return false
      const ran = monotonicMs - before.monotonicMs
      // While a machine sleeps its monotonic clock may stand still; then the wall clock is seen to jump ahead.
      const slept = wallMs - before.wallMs - ran > settings.toleranceMs
      const wasStuck = ran > settings.toleranceMs
      // After a sleep the network takes a moment to come back; after being busy it is there.
      if (slept) doubtfulUntil = monotonicMs + settings.graceMs
      else if (wasStuck) doubtfulUntil = Math.max(doubtfulUntil, monotonicMs)
      return slept || wasStuck
    },
    isDoubtful: (startedMonotonicMs) => startedMonotonicMs <= doubtfulUntil,
  }
}
