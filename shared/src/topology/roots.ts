/** Where the network begins: the switches that everything else is reached through. */
import type { Cables } from './cables.ts'
import type { Directory } from './site.ts'

/** `sure` begin the network; `possible` may, for all that is known; `isWeak`: only people's word says so. */
export type Roots = { sure: ReadonlySet<string>; possible: ReadonlySet<string>; isWeak: boolean }

/** A pair of core switches has at least so many neighbours in common, one where both route, and at least half of all. */
const sharedByPair = { plain: 2, routing: 1, share: 0.5 }
/** Who knows the addresses of this share of the site's devices routes between them; an access switch knows its own few. */
const routed = { share: 0.5, least: 2 }

/**
 * In the order in which they are believed: the gateway, who routes, a spanning tree's chosen root, what people stated. `placeOf`:
 * the switches that an end device hangs on. Null where nothing tells.
 */
export function rootsOf(
  directory: Directory,
  cables: Cables,
  placeOf: (id: string) => readonly string[],
): Roots | null {
  const routing = routingBridges(directory, cables)
  const gateway = gatewayOf(directory) ?? (routing.size === 1 ? [...routing][0] : undefined)
  const behind = gateway === undefined ? null : behindGateway(directory, cables, gateway, placeOf(gateway))
  if (behind === 'unclear') return null
  const mesh = meshOf(cables, routing)
  const isIn = behind === null || mesh === null || [...behind].every((it) => mesh.has(it))
  const learned = (isIn ? mesh : null) ?? behind ?? fromSpanningTree(directory, cables)
  if (learned !== null) return withTwin(cables, learned, routing)
  const stated = fromPeople(directory, cables)
  return stated === null ? null : { sure: stated, possible: new Set(), isWeak: true }
}

/** The one that most devices send to. */
function gatewayOf(directory: Directory): string | undefined {
  const votes = new Map<string, number>()
  for (const { learned } of directory.byId.values()) {
    const { gateway } = learned?.findings ?? {}
    const id = gateway === undefined ? undefined : directory.ofAddress(gateway)
    if (id !== undefined) votes.set(id, (votes.get(id) ?? 0) + 1)
  }
  const [first, second] = [...votes].sort((a, b) => b[1] - a[1])
  return first !== undefined && first[1] !== second?.[1] ? first[0] : undefined
}

/** A switch that is the gateway begins the network; a router or firewall does not where it hangs on one switch, or on one pair. */
function behindGateway(
  directory: Directory,
  cables: Cables,
  id: string,
  place: readonly string[],
): Set<string> | 'unclear' | null {
  if (!directory.isBridge(id)) return place.length > 0 ? new Set(place) : null
  if (directory.byId.get(id)?.kind === 'switch') return new Set([id])
  const beside = [...cables.beside(id)]
  if (beside.length === 0) return null
  const pairs = beside.flatMap((a) => beside.filter((b) => b > a).map((b) => [a, b] as const))
  if (pairs.every(([a, b]) => cables.beside(a).has(b))) return new Set(beside)
  return pairs.some(([a, b]) => !cables.beside(a).has(b) && cables.mayTouch(a, b)) ? 'unclear' : new Set([id])
}

function routingBridges(directory: Directory, cables: Cables): Set<string> {
  const addressed = [...directory.byId.values()].filter((it) => it.address !== null).length
  const least = Math.max(routed.least, (addressed - 1) * routed.share)
  const isRouting = (id: string): boolean => {
    const arp = directory.byId.get(id)?.learned?.findings.arp ?? []
    const devices = arp.map((it) => directory.ofAddress(it.address)).filter((it) => it !== undefined && it !== id)
    return new Set(devices).size >= least
  }
  return new Set(cables.bridges.filter(isRouting))
}

/** One, or several that are all beside each other. */
function meshOf(cables: Cables, ids: ReadonlySet<string>): Set<string> | null {
  const isMesh = [...ids].every((a) => [...ids].every((b) => a === b || cables.beside(a).has(b)))
  return ids.size > 0 && isMesh ? new Set(ids) : null
}

function fromSpanningTree(directory: Directory, cables: Cables): Set<string> | null {
  const votes = cables.bridges.flatMap((id) => directory.byId.get(id)?.learned?.findings.stpRoot ?? [])
  const roots = new Set(votes.map((it) => directory.ofMac(it)?.device))
  const [root] = roots
  return roots.size === 1 && root !== undefined && directory.isBridge(root) ? new Set([root]) : null
}

/** Switches that people say others need, and that need nothing. */
function fromPeople(directory: Directory, cables: Cables): Set<string> | null {
  const needed = new Set([...directory.byId.values()].flatMap((it) => it.needs.flat()))
  const roots = cables.bridges.filter((id) => needed.has(id) && directory.byId.get(id)?.needs.length === 0)
  return roots.length > 0 ? new Set(roots) : null
}

/** A single root and the other of its pair; whoever shares a neighbour with it and is not clearly the other may be it. */
function withTwin(cables: Cables, base: ReadonlySet<string>, routing: ReadonlySet<string>): Roots {
  const [root] = base
  if (root === undefined || base.size > 1) return { sure: base, possible: new Set(), isWeak: false }
  const candidates = cables.bridges.filter((id) => id !== root && cables.mayTouch(root, id))
  const alike = candidates.map((id) => ({ id, ...likeness(cables, root, id) })).filter((it) => it.mayShare > 0)
  const twins = alike.filter(({ id, shared, share }) => {
    const enough = routing.has(root) && routing.has(id) ? sharedByPair.routing : sharedByPair.plain
    return cables.beside(root).has(id) && shared >= enough && share >= sharedByPair.share
  })
  const best = Math.max(...twins.map((it) => it.share))
  const [twin, another] = twins.filter((it) => it.share === best)
  const sure = twin === undefined || another !== undefined ? [root] : [root, twin.id]
  // A pair that is known leaves no doubt about others.
  const possible = sure.length > 1 ? [] : alike.map((it) => it.id)
  return { sure: new Set(sure), possible: new Set(possible), isWeak: false }
}

/** Neighbours that two bridges have in common, as a number and as a share of all that either has. */
function likeness(cables: Cables, a: string, b: string): { shared: number; share: number; mayShare: number } {
  const all = new Set([...cables.beside(a), ...cables.beside(b)])
  all.delete(a)
  all.delete(b)
  const shared = [...all].filter((it) => cables.beside(a).has(it) && cables.beside(b).has(it)).length
  const others = cables.bridges.filter((it) => it !== a && it !== b)
  const mayShare = others.filter((it) => cables.mayTouch(a, it) && cables.mayTouch(b, it)).length
  return { shared, share: all.size === 0 ? 0 : shared / all.size, mayShare }
}
