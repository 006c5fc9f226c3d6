/** A device's clock against the agent's: what each telling of the time allows, narrowed down from one to the next. */
import type { LearnedPoint } from './contract.ts'

/** Beyond what an outage's record may be off before pictures and doors cannot be put in order; a site may set its own. */
const usualLimitS = 5

export const clockDrift: LearnedPoint = {
  id: 'clock.drift',
  class: 'clock-drift',
  instance: '',
  name: 'Clock ahead of the agent',
  unit: 's',
  limits: { low: -usualLimitS, high: usualLimitS },
  watch: { isDirect: false },
}

/** One telling: the device said `toldMs` (since 1970), cut down to `resolutionMs`, in answer to a question of `tookMs` that ended at `endedMs`. */
export type ClockTold = { toldMs: number; resolutionMs: number; tookMs: number; endedMs: number }

/** The device's clock minus ours lies between these, ms. */
type Bounds = { least: number; most: number; atMs: number }

export type ClockWatch = {
  /** The device's clock minus ours, ms: the middle of what all tellings allow. */
  take(told: ClockTold): number
}

/** Quartz of two devices runs apart by about this share; what was known before is that much less sure. Who runs faster contradicts it now and then. */
const runsApart = 50e-6

/**
 * A device tells whole seconds and the question takes its time, so one telling leaves a second and a round trip open. The next
 * falls elsewhere within the second; what both allow is narrower. Where they contradict each other a clock was set: then the
 * newest counts alone.
 */
export function createClockWatch(): ClockWatch {
  let known: Bounds | null = null
  return {
    take({ toldMs, resolutionMs, tookMs, endedMs }) {
      const fresh = { least: toldMs - endedMs, most: toldMs + resolutionMs - (endedMs - tookMs), atMs: endedMs }
      known = (known === null ? null : common(known, fresh)) ?? fresh
      return (known.least + known.most) / 2
    },
  }
}

function common(before: Bounds, fresh: Bounds): Bounds | null {
  const slack = Math.abs(fresh.atMs - before.atMs) * runsApart
  const least = Math.max(before.least - slack, fresh.least)
  const most = Math.min(before.most + slack, fresh.most)
  return least <= most ? { least, most, atMs: fresh.atMs } : null
}

/** As it is shown: s, in tenths. */
export function driftSeconds(offsetMs: number): number {
  return Math.round(offsetMs / 100) / 10
}
