/** Values that move as those of a building do: slow waves with some noise, the same in every run of a seed. */

/** A number in 0…1 from a name and a number, always the same. */
export function noise(seed: string, step: number): number {
  let hash = 2_166_136_261
  for (const char of `${seed}/${step}`) hash = Math.imul(hash ^ char.charCodeAt(0), 16_777_619)
  // FNV alone lets neighbours look alike; this stirs the high bits down.
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_519)
  hash ^= hash >>> 13
  return ((hash >>> 0) % 100_000) / 100_000
}

export type Drift = {
  seed: string
  mean: number
  swing: number
  periodMs?: number
  jitter?: number
  /** how much of the mean the day adds at noon and takes at midnight, in UTC+8 */
  daily?: number
}

const dayMs = 86_400_000
/** Shanghai, where the building stands. */
const zoneMs = 8 * 3_600_000

/** −1 in the dead of the night, +1 in the early afternoon. */
export function dayCurve(at: number): number {
  return -Math.cos((((at + zoneMs) % dayMs) / dayMs - 1 / 12) * 2 * Math.PI)
}

/** The value at a time (ms): `mean` ± `swing` over the period and the day, plus up to `jitter`. */
export function drift(it: Drift, at: number): number {
  const wave = Math.sin((at / (it.periodMs ?? 900_000)) * 2 * Math.PI + noise(it.seed, 0) * 2 * Math.PI)
  const jitter = (noise(it.seed, Math.floor(at / 5000)) - 0.5) * (it.jitter ?? it.swing / 5)
  return it.mean + it.swing * wave + (it.daily ?? 0) * dayCurve(at) + jitter
}

const longestStepMs = 10_000
const mostSteps = 500

/**
 * A counter that sums a rate (units a second) up from `since` on: the difference of two readings is the rate between them, and
 * it stands still while the rate is zero. Keeps what it counted, so it is read in the order of time.
 */
export function createMeter(rate: (at: number) => number, since: number): (at: number) => number {
  let total = 0
  let last = since
  return (at) => {
    const steps = Math.min(mostSteps, Math.ceil((at - last) / longestStepMs))
    const step = (at - last) / Math.max(1, steps)
    for (let i = 0; i < steps; i += 1) total += Math.max(0, rate(last + (i + 0.5) * step)) * (step / 1000)
    last = Math.max(last, at)
    return Math.floor(total)
  }
}
