import type { Topology } from './topology.ts'

/** Differences of capability up to this are none (fault-levels.md, section 2). */
export const tolerance = 1e-9

/** *Below* means by more than the tolerance. */
export function isBelow(value: number, limit: number): boolean {
  return value < limit - tolerance
}

/** Who serves a function, with which weight. A device under maintenance counts as able, so it is not among `servers`. */
export type Scale = {
  fn: number
  ref: string
  name: string
  essential: boolean
  paralysedBelow: number
  total: number
  servers: Int32Array
  weights: Float64Array
}

/** A scale for every function, for judging: `cap` is one minus the weight lost over `total`. */
export function scalesOf(topology: Topology, maintained: Uint8Array): Scale[] {
  const servers: number[][] = topology.functions.map(() => [])
  const weights: number[][] = topology.functions.map(() => [])
  const totals = new Float64Array(topology.functions.length)
  for (const [device, serves] of topology.serves.entries()) {
    for (const { fn, weight } of serves) {
      totals[fn] = (totals[fn] ?? 0) + weight
      if (maintained[device] === 1) continue
      servers[fn]?.push(device)
      weights[fn]?.push(weight)
    }
  }
  return topology.functions.map((it, fn) => ({
    ...it,
    fn,
    total: totals[fn] ?? 0,
    servers: Int32Array.from(servers[fn] ?? []),
    weights: Float64Array.from(weights[fn] ?? []),
  }))
}

/** Capability when this much of a function's weight is lost; with nothing to count it is whole. */
export function capabilityOf(scale: Scale, lost: number): number {
  return scale.total > 0 ? (scale.total - lost) / scale.total : 1
}

/** Weight of the servers that are not able. */
export function lostOf(scale: Scale, able: Uint8Array): number {
  let lost = 0
  for (let i = 0; i < scale.servers.length; i += 1) {
    if (able[scale.servers[i] ?? 0] === 0) lost += scale.weights[i] ?? 0
  }
  return lost
}

/** Capability as shown, of every function: what is under maintenance counts on neither side. */
export function shownCapabilities(scales: readonly Scale[], able: Uint8Array): Float64Array {
  return Float64Array.from(scales, (scale) => {
    const counted = scale.weights.reduce((sum, it) => sum + it, 0)
    return counted > 0 ? (counted - lostOf(scale, able)) / counted : 1
  })
}
