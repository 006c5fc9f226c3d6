/** What a switch needs towards the root. */
import type { Cables } from './cables.ts'
import type { Roots } from './roots.ts'

/**
 * The neighbours of each bridge that lead to a root when it is not there itself: those nearer to the root, and any other with a
 * way of its own past all of these. The same whether a possible root is one or not, else it is left out.
 */
export function upwardNeeds(cables: Cables, { sure, possible }: Roots): Map<string, string[]> {
  const found = new Map<string, string[]>()
  const few = distances(cables, sure)
  const all = possible.size === 0 ? few : distances(cables, new Set([...sure, ...possible]))
  for (const id of cables.bridges) {
    if (sure.has(id) || possible.has(id) || !isComplete(cables, id)) continue
    const needs = needsOf(cables, few, id)
    const same = possible.size === 0 || needsOf(cables, all, id).join() === needs.join()
    if (needs.length > 0 && same) found.set(id, needs)
  }
  return found
}

/** All its neighbours are known: it tells them, or everybody else does. */
function isComplete(cables: Cables, id: string): boolean {
  return cables.bridges.every((other) => other === id || cables.tells(id) || cables.tells(other))
}

/** Cables between each bridge and the nearest root. */
function distances(cables: Cables, roots: ReadonlySet<string>): Map<string, number> {
  const found = new Map([...roots].map((it) => [it, 0]))
  let ring = [...roots]
  for (let distance = 1; ring.length > 0; distance += 1) {
    const next = new Set(ring.flatMap((it) => [...cables.beside(it)]).filter((it) => !found.has(it)))
    for (const it of next) found.set(it, distance)
    ring = [...next]
  }
  return found
}

function needsOf(cables: Cables, distance: ReadonlyMap<string, number>, id: string): string[] {
  const own = distance.get(id)
  if (own === undefined) return []
  const beside = [...cables.beside(id)]
  const nearer = beside.filter((it) => (distance.get(it) ?? own) < own)
  const past = new Set([id, ...nearer])
  const others = beside.filter((it) => !past.has(it) && reachesRoot(cables, distance, it, past))
  return [...nearer, ...others].sort()
}

function reachesRoot(
  cables: Cables,
  distance: ReadonlyMap<string, number>,
  from: string,
  without: ReadonlySet<string>,
): boolean {
  const seen = new Set([...without, from])
  const open = [from]
  for (let it = open.pop(); it !== undefined; it = open.pop()) {
    if (distance.get(it) === 0) return true
    for (const next of cables.beside(it)) {
      if (seen.has(next)) continue
      seen.add(next)
      open.push(next)
    }
  }
  return false
}
