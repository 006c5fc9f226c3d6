import { lostOf, type Scale } from './scales.ts'
import { setSums } from './set-sums.ts'
import { type Sweep, sweepOf } from './sweep.ts'
import type { Topology } from './topology.ts'

/** A set of failed devices, the weight that is lost with it by function, and what each further failure would cost. */
export type Base = {
  failed: Uint8Array
  sweep: Sweep
  lost: Float64Array
  /** Weight of a function that the failure of a device, by its number, would take away on top. */
  lossesOf(fn: number): Float64Array
}

/** `failed` is kept, not copied. */
export function baseOf(topology: Topology, scales: readonly Scale[], failed: Uint8Array): Base {
  const sweep = sweepOf(topology, failed)
  const losses = new Map<number, Float64Array>()
  return {
    failed,
    sweep,
    lost: Float64Array.from(scales, (it) => lostOf(it, sweep.able)),
    lossesOf(fn) {
      const known = losses.get(fn) ?? sumLosses(topology, scales[fn], sweep)
      losses.set(fn, known)
      return known
    },
  }
}

function sumLosses(topology: Topology, scale: Scale | undefined, sweep: Sweep): Float64Array {
  const losses = new Float64Array(topology.size)
  if (scale === undefined) return losses
  const sums = setSums()
  for (let i = 0; i < scale.servers.length; i += 1) {
    const server = scale.servers[i] ?? 0
    const weight = scale.weights[i] ?? 0
    if (sweep.able[server] === 0) continue
    losses[server] = (losses[server] ?? 0) + weight
    sums.add(sweep.critical[server], weight)
  }
  sums.spread((member, weight) => {
    losses[member] = (losses[member] ?? 0) + weight
  })
  return losses
}
