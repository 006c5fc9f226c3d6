/** Values that move as those of a building do: a slow wave with some noise, the same in every run of a seed. */

/** A number in 0…1 from a name and a number, always the same. */
export function noise(seed: string, step: number): number {
  let hash = 2_166_136_261
  for (const char of `${seed}/${step}`) hash = Math.imul(hash ^ char.charCodeAt(0), 16_777_619)
  return ((hash >>> 0) % 100_000) / 100_000
}

export type Drift = { seed: string; mean: number; swing: number; periodMs?: number; jitter?: number }

/** The value at a time (ms): `mean` ± `swing` over the period, plus up to `jitter`. */
export function drift(it: Drift, at: number): number {
  const period = it.periodMs ?? 900_000
  const phase = noise(it.seed, 0) * 2 * Math.PI
  const wave = Math.sin((at / period) * 2 * Math.PI + phase)
  const step = Math.floor(at / 5000)
  return it.mean + it.swing * wave + (noise(it.seed, step) - 0.5) * (it.jitter ?? it.swing / 5)
}

/** A counter that grows by a drifting rate (units a second) since `since`; exact enough to look like one. */
export function counter(it: Drift, since: number, at: number): number {
  const seconds = (at - since) / 1000
  const period = (it.periodMs ?? 900_000) / 1000
  const phase = noise(it.seed, 0) * 2 * Math.PI
  // The integral of the wave, so that the difference of two readings is the rate between them.
  const integral = (t: number) =>
    it.mean * t - (it.swing * period * Math.cos((t / period) * 2 * Math.PI + phase)) / (2 * Math.PI)
  return Math.floor(integral(seconds) - integral(0))
}
