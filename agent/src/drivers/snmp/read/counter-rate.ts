/** Counters (RFC 2578 sections 7.1.6 and 7.1.10) to rates, with a wrap told apart from a reset. */

/** `high`: what a counter of 64 bits has above its lower 32; `atMs` is on the monotonic clock. */
export type CounterSample = { low: number; high: number; bits: 32 | 64; atMs: number }

const range32 = 2 ** 32
/** Speeds are nominal and clocks are read a moment apart. */
const tolerance = 1.2

/**
 * Counts per second between two samples, or null when it cannot be known: `wasReset` (the target restarted in between),
 * a 64-bit counter that went back (it does not wrap in a lifetime), or a wrap that would need a higher speed than `most`,
 * what the counter can gain per second. Where that is not known (null), a wrap is believed when it is the shorter way.
 */
export function counterRate(
  before: CounterSample | undefined,
  now: CounterSample,
  wasReset: boolean,
  most: number | null,
): number | null {
  if (before === undefined || wasReset || before.bits !== now.bits) return null
  const seconds = (now.atMs - before.atMs) / 1000
  if (seconds <= 0) return null
  // Exact up to 2^53, however large the counter itself is.
  const gained = (now.high - before.high) * range32 + (now.low - before.low)
  if (gained >= 0) return gained / seconds
  if (now.bits === 64) return null
  const wrapped = gained + range32
  return wrapped <= (most === null ? range32 / 2 : most * seconds * tolerance) ? wrapped / seconds : null
}

const ticksPerSecond = 100

/**
 * Whether the target restarted between two readings of sysUpTime (hundredths of a second, 32 bit: it wraps after 497 days
 * by itself, which is no restart).
 */
export function hasRestarted(beforeTicks: number, nowTicks: number, elapsedMs: number): boolean {
  if (nowTicks >= beforeTicks) return false
  const expected = beforeTicks + (elapsedMs / 1000) * ticksPerSecond
  const toleranceTicks = 60 * ticksPerSecond + elapsedMs / 100
  return Math.abs(expected - range32 - nowTicks) > toleranceTicks
}
