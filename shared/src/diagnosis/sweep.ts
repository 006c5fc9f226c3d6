import { type CriticalSet, emptySet, intersection, sameSet, union, withMember } from './critical-set.ts'
import type { Topology } from './topology.ts'

/**
 * What works when a set of devices has failed, and what every single further failure would take away: `critical` of an able
 * device holds the other devices whose failure alone would stop it, `full` the same with itself (filled when asked for).
 */
export type Sweep = {
  able: Uint8Array
  critical: (CriticalSet | undefined)[]
  full: (CriticalSet | undefined)[]
}

/** Sweeps a whole site with `failed` down and all others not. */
export function sweepOf(topology: Topology, failed: Uint8Array): Sweep {
  const sweep: Sweep = {
    able: new Uint8Array(topology.size),
    critical: new Array(topology.size).fill(undefined),
    full: new Array(topology.size).fill(undefined),
  }
  const { knotStarts, order } = topology
  for (let knot = 0; knot + 1 < knotStarts.length; knot += 1) {
    sweepKnot(topology, sweep, order.subarray(knotStarts[knot], knotStarts[knot + 1]), failed)
  }
  return sweep
}

/**
 * Sweeps `devices` anew into `sweep`, which holds what is outside of them. They come in the topology's order and hold
 * every knot whole or not at all (a closure does).
 */
export function sweepAgain(topology: Topology, sweep: Sweep, devices: Int32Array, failed: Uint8Array): void {
  for (const device of devices) {
    sweep.able[device] = 0
    sweep.critical[device] = undefined
    sweep.full[device] = undefined
  }
  let from = 0
  while (from < devices.length) {
    const knot = topology.knotOf[devices[from] ?? 0]
    let to = from + 1
    while (to < devices.length && topology.knotOf[devices[to] ?? 0] === knot) to += 1
    sweepKnot(topology, sweep, devices.subarray(from, to), failed)
    from = to
  }
}

function sweepKnot(topology: Topology, sweep: Sweep, knot: Int32Array, failed: Uint8Array): void {
  const only = knot[0]
  if (only !== undefined && knot.length === 1) {
    if (failed[only] === 0) settle(topology, sweep, only)
    return
  }
  // In a ring a device is first settled by what reaches it first, and again whenever something that it needs was.
  const work = [...knot]
  const waiting = new Set(work)
  const inside = new Set(work)
  for (const device of work) {
    waiting.delete(device)
    if (failed[device] === 1 || !settle(topology, sweep, device)) continue
    for (const owner of ownersOver(topology, device)) {
      // What is pushed here is still reached by the loop.
      if (!inside.has(owner) || waiting.has(owner)) continue
      waiting.add(owner)
      work.push(owner)
    }
  }
}

function ownersOver(topology: Topology, device: number): number[] {
  const { usedIn, ownerOf } = topology
  const used = usedIn.items.subarray(usedIn.starts[device], usedIn.starts[device + 1])
  return Array.from(used, (it) => ownerOf[it] ?? 0)
}

/** Says whether that changed anything. Sets only shrink as more alternatives become known, so this comes to an end. */
function settle(topology: Topology, sweep: Sweep, device: number): boolean {
  const { requirementStarts, alternatives } = topology
  let critical = emptySet
  const end = requirementStarts[device + 1] ?? 0
  for (let r = requirementStarts[device] ?? 0; r < end; r += 1) {
    let shared: CriticalSet | undefined
    const last = alternatives.starts[r + 1] ?? 0
    for (let i = alternatives.starts[r] ?? 0; i < last; i += 1) {
      const need = alternatives.items[i] ?? 0
      if (sweep.able[need] === 0) continue
      const whole = fullOf(sweep, need)
      shared = shared === undefined ? whole : intersection(shared, whole)
    }
    if (shared === undefined) return false
    critical = union(critical, shared)
  }
  const before = sweep.critical[device]
  if (before !== undefined && sameSet(before, critical)) return false
  sweep.able[device] = 1
  sweep.critical[device] = critical
  sweep.full[device] = undefined
  return true
}

function fullOf(sweep: Sweep, device: number): CriticalSet {
  const full = sweep.full[device] ?? withMember(sweep.critical[device] ?? emptySet, device)
  sweep.full[device] = full
  return full
}
