/** What stands together in a layered drawing: alternatives side by side, what nobody needs in blocks. */
import type { Needing } from './layers.ts'

export type Group = {
  /** devices by their number */
  members: number[]
  isBlock: boolean
  layer: number
  /** the group below which it stands */
  parent: number | null
}
type Needs = number[][][]

/** `stated`: how many of each device's needs are stated; those after them are proposed. */
export function groupsOf(devices: readonly Needing[]): { groups: Group[]; needs: Needs; stated: number[] } {
  const numberOf = new Map(devices.map((it, number) => [it.id, number]))
  const numbersOf = (requirements: Needing['needs'], own: number): number[][] =>
    requirements
      .map((it) => [...new Set(it.flatMap((id) => numberOf.get(id) ?? []))].filter((number) => number !== own))
      .filter((it) => it.length > 0)
  const said: Needs = devices.map((device, own) => numbersOf(device.needs, own))
  const needs: Needs = devices.map((device, own) => [...(said[own] ?? []), ...numbersOf(device.proposed ?? [], own)])
  const stated = said.map((it) => it.length)
  const neededBy: number[][] = devices.map(() => [])
  for (const [device, requirements] of needs.entries()) {
    for (const needed of new Set(requirements.flat())) neededBy[needed]?.push(device)
  }
  const layers = layerNumbers(needs, neededBy)
  const parents = needs.map((requirements, device) => deepest(requirements.flat(), layers, layers[device] ?? 0))
  const isLeaf = (device: number): boolean => (neededBy[device] ?? []).length === 0
  const groupOf = new Map<number, number>()
  const groups: Group[] = []
  const byName = devices
    .map((_, device) => device)
    .sort((a, b) => names.compare(devices[a]?.id ?? '', devices[b]?.id ?? ''))
  const keyOf = sideBySide(needs, layers)
  const known = new Map<string, number>()
  const put = (device: number, key: string, isBlock: boolean): void => {
    const number = known.get(key) ?? groups.length
    known.set(key, number)
    if (number === groups.length) groups.push({ members: [], isBlock, layer: layers[device] ?? 0, parent: null })
    groups[number]?.members.push(device)
    groupOf.set(device, number)
  }
  for (const device of byName) if (!isLeaf(device)) put(device, `side ${keyOf(device)}`, false)
  for (const device of byName)
    if (isLeaf(device)) put(device, `leaf ${stated[device]} ${JSON.stringify(needs[device])}`, true)
  for (const group of groups) {
    const above = group.members.map((it) => parents[it]).find((it) => it !== null && it !== undefined)
    group.parent = above === undefined || above === null ? null : (groupOf.get(above) ?? null)
  }
  return { groups, needs, stated }
}

const names = new Intl.Collator('en', { numeric: true })

/** One more than the deepest of what it needs. In a ring, the one that waits for least begins. */
function layerNumbers(needs: Needs, neededBy: readonly (readonly number[])[]): number[] {
  const layers: number[] = needs.map(() => 0)
  const missing = needs.map((it) => new Set(it.flat()).size)
  const done = new Uint8Array(needs.length)
  const ready = missing.flatMap((count, device) => (count === 0 ? [device] : []))
  const rest = missing.map((_, device) => device).sort((a, b) => (missing[a] ?? 0) - (missing[b] ?? 0) || a - b)
  let next = 0
  for (;;) {
    let device = ready.pop()
    while (device === undefined && next < rest.length) {
      const candidate = rest[next++] ?? 0
      if (done[candidate] === 0) device = candidate
    }
    if (device === undefined) return layers
    if (done[device] === 1) continue
    done[device] = 1
    for (const other of neededBy[device] ?? []) {
      if (done[other] === 1) continue
      layers[other] = Math.max(layers[other] ?? 0, (layers[device] ?? 0) + 1)
      missing[other] = (missing[other] ?? 0) - 1
      if (missing[other] === 0) ready.push(other)
    }
  }
}

function deepest(needed: readonly number[], layers: readonly number[], below: number): number | null {
  let best: number | null = null
  for (const it of needed) {
    const layer = layers[it] ?? 0
    if (layer < below && (best === null || layer > (layers[best] ?? 0))) best = it
  }
  return best
}

/** One key for devices of a layer that are, directly or by others, alternatives of each other. */
function sideBySide(needs: Needs, layers: readonly number[]): (device: number) => number {
  const above = needs.map((_, device) => device)
  const find = (device: number): number => {
    let it = device
    while ((above[it] ?? it) !== it) {
      above[it] = above[above[it] ?? it] ?? it
      it = above[it] ?? it
    }
    return it
  }
  for (const alternatives of needs.flat()) {
    const first = alternatives[0] ?? 0
    for (const other of alternatives.slice(1)) {
      if (layers[other] === layers[first])
        above[Math.max(find(first), find(other))] = Math.min(find(first), find(other))
    }
  }
  return find
}
