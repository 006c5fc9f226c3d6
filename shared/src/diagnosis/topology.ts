import { knotsOf } from './knots.ts'
import type { SiteModel } from './site-model.ts'

/** Lists of numbers one behind the other: list `i` is `items` from `starts[i]` to `starts[i + 1]`. */
export type Lists = { starts: Int32Array; items: Int32Array }

/** `name`: what people call it; its `ref` where it has no name. */
export type SystemFunction = { ref: string; name: string; essential: boolean; paralysedBelow: number }
export type Serve = { fn: number; weight: number }

/**
 * A site's model with numbers for names, for speed. Devices and functions are numbered in the order of their ids, so that
 * what is sorted by number is sorted by id.
 */
export type Topology = {
  size: number
  ids: readonly string[]
  /** device → what people call it; its id where it has no name */
  names: readonly string[]
  numberOf: ReadonlyMap<string, number>
  /** Requirements are numbered in the order of their devices: those of device `d` from `[d]` to `[d + 1]`. */
  requirementStarts: Int32Array
  /** requirement → its alternatives; requirement → its device */
  alternatives: Lists
  ownerOf: Int32Array
  /** device → the requirements of others in which it is an alternative */
  usedIn: Lists
  /** device → the devices that need it with no alternative */
  loyal: readonly (readonly number[])[]
  /** device → the devices that it needs with no alternative */
  loyalTo: readonly (readonly number[])[]
  functions: readonly SystemFunction[]
  serves: readonly (readonly Serve[])[]
  /** devices after all that they need, knot by knot; device → its place in that order; place → its knot's number */
  order: Int32Array
  knotStarts: Int32Array
  placeOf: Int32Array
  knotOf: Int32Array
}

/** Numbers a model. Names of devices and functions that the model does not have are left out. */
export function topologyOf(model: SiteModel): Topology {
  const devices = [...model.devices].sort(byId)
  const numberOf = new Map(devices.map((it, number) => [it.id, number]))
  const needs = devices.map((device) => device.needs.map((it) => numbersOf(it, numberOf)).filter((it) => it.length > 0))
  const flat = needs.flat()
  const ownerOf = Int32Array.from(needs.flatMap((list, owner) => list.map(() => owner)))
  const usedIn: number[][] = devices.map(() => [])
  const loyal: Set<number>[] = devices.map(() => new Set())
  for (const [requirement, alternatives] of flat.entries()) {
    const owner = ownerOf[requirement] ?? 0
    for (const device of alternatives) usedIn[device]?.push(requirement)
    if (alternatives.length === 1) loyal[alternatives[0] ?? 0]?.add(owner)
  }
  const functions = functionsOf(model)
  const functionNumber = new Map(functions.map((it, number) => [it.ref, number]))
  return {
    size: devices.length,
    ids: devices.map((it) => it.id),
    names: devices.map((it) => it.name ?? it.id),
    numberOf,
    requirementStarts: listsOf(needs.map((list) => list.map(() => 0))).starts,
    alternatives: listsOf(flat),
    ownerOf,
    usedIn: listsOf(usedIn),
    loyal: loyal.map((it) => [...it].sort(ascending)),
    loyalTo: needs.map((list) => [...new Set(list.filter((it) => it.length === 1).flat())].sort(ascending)),
    functions,
    serves: devices.map((it) => servesOf(it.serves, functionNumber)),
    ...orderOf(needs),
  }
}

/** Everything that may stop working when a device fails, the device first among them, in the topology's order. */
export function closureOf(topology: Topology, device: number): Int32Array {
  const { usedIn, ownerOf, placeOf, order } = topology
  const seen = new Set([device])
  for (const each of seen) {
    const end = usedIn.starts[each + 1] ?? 0
    for (let i = usedIn.starts[each] ?? 0; i < end; i += 1) seen.add(ownerOf[usedIn.items[i] ?? 0] ?? 0)
  }
  const places = Int32Array.from(seen, (it) => placeOf[it] ?? 0).sort()
  return places.map((it) => order[it] ?? 0)
}

/** Whether other devices need this one, be it as one of several alternatives. */
export function isNeeded(topology: Topology, device: number): boolean {
  return (topology.usedIn.starts[device] ?? 0) < (topology.usedIn.starts[device + 1] ?? 0)
}

function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : 1
}

function ascending(a: number, b: number): number {
  return a - b
}

function numbersOf(ids: readonly string[], numberOf: ReadonlyMap<string, number>): number[] {
  return [...new Set(ids)].flatMap((it) => numberOf.get(it) ?? []).sort(ascending)
}

function functionsOf(model: SiteModel): SystemFunction[] {
  const all = model.systems.flatMap((system) =>
    system.functions.map((it) => ({
      ref: `${system.id}/${it.id}`,
      name: it.name ?? `${system.id}/${it.id}`,
      essential: it.essential,
      paralysedBelow: it.paralysedBelow ?? 0,
    })),
  )
  return all.sort((a, b) => (a.ref < b.ref ? -1 : 1))
}

function servesOf(serves: SiteModel['devices'][number]['serves'], numberOf: ReadonlyMap<string, number>): Serve[] {
  return serves.flatMap((it) => {
    const fn = numberOf.get(it.function)
    return fn === undefined ? [] : [{ fn, weight: it.weight }]
  })
}

function listsOf(lists: readonly (readonly number[])[]): Lists {
  const starts = new Int32Array(lists.length + 1)
  for (const [i, list] of lists.entries()) starts[i + 1] = (starts[i] ?? 0) + list.length
  return { starts, items: Int32Array.from(lists.flat()) }
}

function orderOf(needs: readonly (readonly (readonly number[])[])[]) {
  const { order, starts } = knotsOf(needs.length, (it) => needs[it]?.flat() ?? [])
  const placeOf = new Int32Array(needs.length)
  const knotOf = new Int32Array(needs.length)
  for (const [place, device] of order.entries()) placeOf[device] = place
  for (let knot = 0; knot + 1 < starts.length; knot += 1) {
    for (let place = starts[knot] ?? 0; place < (starts[knot + 1] ?? 0); place += 1) knotOf[order[place] ?? 0] = knot
  }
  return { order, knotStarts: starts, placeOf, knotOf }
}
