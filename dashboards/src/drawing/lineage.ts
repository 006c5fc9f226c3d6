import type { Needing } from './layers.ts'

/** A device with everything that it needs and everything that needs it, directly or by others. */
export type Lineage = { above: ReadonlySet<string>; below: ReadonlySet<string> }

export function lineageOf(devices: readonly Needing[], id: string): Lineage {
  const needs = new Map(devices.map((it) => [it.id, it.needs.flat()]))
  const neededBy = new Map<string, string[]>()
  for (const [device, needed] of needs) {
    for (const it of needed) {
      const of = neededBy.get(it) ?? []
      of.push(device)
      neededBy.set(it, of)
    }
  }
  return { above: reachedFrom(id, needs), below: reachedFrom(id, neededBy) }
}

function reachedFrom(id: string, steps: ReadonlyMap<string, readonly string[]>): Set<string> {
  const seen = new Set([id])
  for (const it of seen) for (const next of steps.get(it) ?? []) seen.add(next)
  seen.delete(id)
  return seen
}
