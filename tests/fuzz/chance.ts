/** A whole number from nought up to, not including, `below`. */
export type Chance = (below: number) => number

/** The same numbers for the same seed, so that what fails once fails again (mulberry32). */
export function createChance(seed: number): Chance {
  let state = seed | 0
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** Chance of one message of a run: any message can be made again without those before it. */
export function chanceOf(seed: number, message: number): Chance {
  return createChance(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(message + 1, 0xc2b2ae35))
}

export function oneOf<T>(chance: Chance, list: readonly T[]): T | undefined {
  return list[chance(Math.max(1, list.length))]
}
