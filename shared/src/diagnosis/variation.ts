import type { Base } from './base.ts'
import type { CriticalSet } from './critical-set.ts'
import type { Scale } from './scales.ts'
import { setSums } from './set-sums.ts'
import { type Sweep, sweepAgain } from './sweep.ts'
import { closureOf, type Topology } from './topology.ts'

/** What can change when one device fails or is mended: devices in the topology's order, and who of them serves what. */
export type Reach = { devices: Int32Array; serving: readonly Serving[] }
/** `places` are indices into the reach's devices. */
type Serving = { fn: number; places: number[]; weights: number[] }

/** A base with one more device failed, or one mended. */
export type Variation = {
  /** weight lost, by function */
  lost: Float64Array
  /** function → device → loss by its failure here, less the loss by it in the base; what is not in it is 0 */
  differences: ReadonlyMap<number, ReadonlyMap<number, number>>
}

/** The part of a sweep within a reach, by place. */
type Part = { able: Uint8Array; critical: (CriticalSet | undefined)[]; full: (CriticalSet | undefined)[] }

export function reachOf(topology: Topology, maintained: Uint8Array, device: number): Reach {
  const devices = closureOf(topology, device)
  const serving = new Map<number, Serving>()
  for (const [place, member] of devices.entries()) {
    if (maintained[member] === 1) continue
    for (const { fn, weight } of topology.serves[member] ?? []) {
      const entry = serving.get(fn) ?? { fn, places: [], weights: [] }
      entry.places.push(place)
      entry.weights.push(weight)
      serving.set(fn, entry)
    }
  }
  return { devices, serving: [...serving.values()] }
}

/**
 * Looks at `base` as if `device` had failed, or were mended where it has; only its reach is looked at again. The base is
 * as before when this returns.
 */
export function vary(
  topology: Topology,
  scales: readonly Scale[],
  base: Base,
  device: number,
  reach: Reach,
): Variation {
  const { sweep, failed } = base
  const before = partOf(sweep, reach)
  failed[device] = 1 - (failed[device] ?? 0)
  sweepAgain(topology, sweep, reach.devices, failed)
  const after = partOf(sweep, reach)
  failed[device] = 1 - (failed[device] ?? 0)
  putBack(sweep, reach, before)

  const lost = Float64Array.from(base.lost)
  const differences = new Map<number, Map<number, number>>()
  for (const serving of reach.serving) {
    for (const [i, place] of serving.places.entries()) {
      const change = (before.able[place] ?? 0) - (after.able[place] ?? 0)
      if (change !== 0) lost[serving.fn] = (lost[serving.fn] ?? 0) + change * (serving.weights[i] ?? 0)
    }
    if (scales[serving.fn]?.essential === true) differences.set(serving.fn, compare(reach, serving, before, after))
  }
  return { lost, differences }
}

function partOf(sweep: Sweep, { devices }: Reach): Part {
  return {
    able: Uint8Array.from(devices, (it) => sweep.able[it] ?? 0),
    critical: Array.from(devices, (it) => sweep.critical[it]),
    full: Array.from(devices, (it) => sweep.full[it]),
  }
}

function putBack(sweep: Sweep, { devices }: Reach, part: Part): void {
  for (let place = 0; place < devices.length; place += 1) {
    const device = devices[place] ?? 0
    sweep.able[device] = part.able[place] ?? 0
    sweep.critical[device] = part.critical[place]
    sweep.full[device] = part.full[place]
  }
}

/** By how much the loss of each further device differs, for one function. */
function compare(reach: Reach, serving: Serving, before: Part, after: Part): Map<number, number> {
  const differences = new Map<number, number>()
  const add = (device: number, weight: number) => differences.set(device, (differences.get(device) ?? 0) + weight)
  const sums = setSums()
  for (const [i, place] of serving.places.entries()) {
    const weight = serving.weights[i] ?? 0
    if (before.critical[place] === after.critical[place]) continue
    const change = (after.able[place] ?? 0) - (before.able[place] ?? 0)
    if (change !== 0) add(reach.devices[place] ?? 0, change * weight)
    sums.add(before.critical[place], -weight)
    sums.add(after.critical[place], weight)
  }
  sums.spread(add)
  return differences
}
