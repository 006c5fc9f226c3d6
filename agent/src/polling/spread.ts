/** Where in an interval a device has its turn: always at the same place, and the devices evenly over it. */

/** FNV-1a with a final mix, so that `cam-01` and `cam-02` are far apart; 0 to 1, 1 excluded. */
export function fractionOf(name: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/** Whole milliseconds from the start of the interval. */
export function phaseOf(name: string, intervalMs: number): number {
  return Math.floor(fractionOf(name) * intervalMs)
}

/** The first turn after `now` of what has its turn at `fraction` (0 to 1) of each interval. */
export function nextTurn(fraction: number, now: number, intervalMs: number): number {
  const phase = Math.floor(fraction * intervalMs)
  return (Math.floor((now - phase) / intervalMs) + 1) * intervalMs + phase
}

/** The first turn after a start: soon for a small site, spread out for a large one, so that nothing is flooded. */
export function firstTurn(name: string, now: number, intervalMs: number, names: number, eachMs: number): number {
  return now + phaseOf(name, Math.min(intervalMs, Math.max(1000, names * eachMs)))
}
