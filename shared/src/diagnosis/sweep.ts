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

/** What a sweep held of a device before it was changed. */
export type Change = {
  device: number
  able: number
  critical: CriticalSet | undefined
  full: CriticalSet | undefined
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
    sweepKnot(topology, sweep, order, knotStarts[knot] ?? 0, knotStarts[knot + 1] ?? 0, failed)
  }
  return sweep
}

/**
 * Sweeps again after `failed` has changed for one device, and gives what changed by that. `reach` holds the device and all
 * that may depend on it, in the topology's order.
 */
export function sweepAgain(
  topology: Topology,
  sweep: Sweep,
  device: number,
  reach: Int32Array,
  failed: Uint8Array,
): Change[] {
  const changes: Change[] = []
  const toDo = new Uint8Array(topology.size)
  toDo[device] = 1
  let from = 0
  while (from < reach.length) {
    const knot = topology.knotOf[reach[from] ?? 0] ?? 0
    const to = from + (topology.knotStarts[knot + 1] ?? 0) - (topology.knotStarts[knot] ?? 0)
    let isTouched = false
    for (let i = from; i < to && !isTouched; i += 1) isTouched = toDo[reach[i] ?? 0] === 1
    if (isTouched) {
      const before = changes.length
      for (let i = from; i < to; i += 1) changes.push(takeOut(sweep, reach[i] ?? 0))
      sweepKnot(topology, sweep, reach, from, to, failed)
      keepChanged(sweep, changes, before)
      for (let i = before; i < changes.length; i += 1) markOwners(topology, changes[i]?.device ?? 0, toDo)
    }
    from = to
  }
  return changes
}

export function putBack(sweep: Sweep, { device, able, critical, full }: Change): void {
  sweep.able[device] = able
  sweep.critical[device] = critical
  sweep.full[device] = full
}

function takeOut(sweep: Sweep, device: number): Change {
  const change = {
    device,
    able: sweep.able[device] ?? 0,
    critical: sweep.critical[device],
    full: sweep.full[device],
  }
  sweep.able[device] = 0
  sweep.critical[device] = undefined
  sweep.full[device] = undefined
  return change
}

/** Leaves out, from place `from` on, what is as it was, so that nothing behind it is looked at for its sake. */
function keepChanged(sweep: Sweep, changes: Change[], from: number): void {
  let kept = from
  for (let i = from; i < changes.length; i += 1) {
    const change = changes[i]
    if (change === undefined) continue
    const now = sweep.critical[change.device]
    const isSame =
      change.critical === undefined ? now === undefined : now !== undefined && sameSet(now, change.critical)
    if (isSame) putBack(sweep, change)
    else changes[kept++] = change
  }
  changes.length = kept
}

function markOwners({ usedIn, ownerOf }: Topology, device: number, marks: Uint8Array): void {
  const end = usedIn.starts[device + 1] ?? 0
  for (let i = usedIn.starts[device] ?? 0; i < end; i += 1) marks[ownerOf[usedIn.items[i] ?? 0] ?? 0] = 1
}

/** Sweeps one knot: the devices from place `from` up to `to` in `order`, of which nothing is set yet. */
function sweepKnot(
  topology: Topology,
  sweep: Sweep,
  order: Int32Array,
  from: number,
  to: number,
  failed: Uint8Array,
): void {
  if (to - from === 1) {
    const device = order[from] ?? 0
    if (failed[device] === 0) settle(topology, sweep, device)
    return
  }
  // In a ring a device is first settled by what reaches it first, and again whenever something that it needs was.
  const work = Array.from(order.subarray(from, to))
  const inside = new Set(work)
  const waiting = new Set(work)
  const { usedIn, ownerOf } = topology
  for (const device of work) {
    waiting.delete(device)
    if (failed[device] === 1 || !settle(topology, sweep, device)) continue
    for (const requirement of usedIn.items.subarray(usedIn.starts[device], usedIn.starts[device + 1])) {
      const owner = ownerOf[requirement] ?? 0
      // What is pushed here is still reached by the loop.
      if (!inside.has(owner) || waiting.has(owner)) continue
      waiting.add(owner)
      work.push(owner)
    }
  }
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
