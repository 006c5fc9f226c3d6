import type { Base } from './base.ts'
import type { CriticalSet } from './critical-set.ts'
import type { Scale } from './scales.ts'
import { setSums } from './set-sums.ts'
import { putBack, sweepAgain } from './sweep.ts'
import type { Topology } from './topology.ts'

/** What is judged: a topology, and who of it is under maintenance. */
export type Site = { topology: Topology; maintained: Uint8Array; scales: readonly Scale[] }

/** A base with one more device failed, or one mended. */
export type Variation = {
  /** weight lost, by function */
  lost: Float64Array
  /** functions of which further losses may differ */
  functions: readonly number[]
  /** device → loss by its failure here, less the loss by it in the base, for a function; what is not in it is 0 */
  differencesOf(fn: number): ReadonlyMap<number, number>
}

/** A server that stands otherwise than in the base. */
type Turned = {
  device: number
  weight: number
  /** 1: became able, -1: no longer, 0: able as before */
  turn: number
  before: CriticalSet | undefined
  after: CriticalSet | undefined
}

const nothing: ReadonlyMap<number, number> = new Map()

/**
 * Looks at `base` as if `device` had failed, or were mended where it has; only what may depend on it (`reach`) is looked
 * at again. The base is as before when this returns.
 */
export function vary(site: Site, base: Base, device: number, reach: Int32Array): Variation {
  const turned = turnedBy(site, base, device, reach)
  const lost = Float64Array.from(base.lost)
  for (const [fn, servers] of turned) {
    for (const { turn, weight } of servers) lost[fn] = (lost[fn] ?? 0) - turn * weight
  }
  const known = new Map<number, ReadonlyMap<number, number>>()
  return {
    lost,
    functions: [...turned.keys()],
    differencesOf(fn) {
      const servers = turned.get(fn)
      if (servers === undefined) return nothing
      const found = known.get(fn) ?? compare(servers)
      known.set(fn, found)
      return found
    },
  }
}

/** Function → what turned among those that count for it. */
function turnedBy(
  { topology, maintained }: Site,
  base: Base,
  device: number,
  reach: Int32Array,
): Map<number, Turned[]> {
  const { sweep, failed } = base
  failed[device] = 1 - (failed[device] ?? 0)
  const changes = sweepAgain(topology, sweep, device, reach, failed)
  failed[device] = 1 - (failed[device] ?? 0)
  const byFunction = new Map<number, Turned[]>()
  for (const change of changes) {
    const after = sweep.critical[change.device]
    const turn = (sweep.able[change.device] ?? 0) - change.able
    putBack(sweep, change)
    if (maintained[change.device] === 1) continue
    for (const { fn, weight } of topology.serves[change.device] ?? []) {
      const entry = { device: change.device, weight, turn, before: change.critical, after }
      const entries = byFunction.get(fn)
      if (entries === undefined) byFunction.set(fn, [entry])
      else entries.push(entry)
    }
  }
  return byFunction
}

/** By how much the loss of each further device differs. */
function compare(servers: readonly Turned[]): Map<number, number> {
  const differences = new Map<number, number>()
  const add = (device: number, weight: number) => differences.set(device, (differences.get(device) ?? 0) + weight)
  const sums = setSums()
  for (const { device, weight, turn, before, after } of servers) {
    if (turn !== 0) add(device, turn * weight)
    sums.add(before, -weight)
    sums.add(after, weight)
  }
  sums.spread(add)
  return differences
}
