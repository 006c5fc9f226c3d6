/** Who needs whom, from what devices say of the other ends of their ports. */
import type { DeviceKind, FoundDevice } from '../model/index.ts'

/** A found device or one of the site, under the name that it has or would have. */
export type Node = {
  id: string
  kind: DeviceKind
  address: string | null
  mac: string | null
  name: string | null
  neighbours: FoundDevice['neighbours']
}

const carriers: readonly DeviceKind[] = ['switch', 'router', 'firewall', 'access-point']
const roots: readonly DeviceKind[] = ['router', 'firewall']

/** For each node the carriers one step nearer to the root that it is linked with; several are alternatives. */
export function needsOf(nodes: readonly Node[]): Map<string, string[]> {
  const links = linksOf(nodes)
  const kinds = new Map(nodes.map((it) => [it.id, it.kind]))
  const isCarrier = (id: string): boolean => carriers.includes(kinds.get(id) ?? 'other')
  const backbone = nodes.map((it) => it.id).filter(isCarrier)
  const linked = (id: string): string[] => [...(links.get(id) ?? [])].filter(isCarrier).sort()
  const depths = depthsOf(backbone, kinds, linked)
  const needs = new Map<string, string[]>()
  for (const { id } of nodes) {
    const near = linked(id)
    const own = isCarrier(id) ? (depths.get(id) ?? 0) : Number.POSITIVE_INFINITY
    const nearest = Math.min(...near.map((it) => depths.get(it) ?? Number.POSITIVE_INFINITY))
    const chosen = near.filter((it) => depths.get(it) === nearest && nearest < own)
    if (chosen.length > 0) needs.set(id, chosen)
  }
  return needs
}

/** Links in both directions: it is enough that one end tells of the other. */
function linksOf(nodes: readonly Node[]): Map<string, Set<string>> {
  const links = new Map(nodes.map((it) => [it.id, new Set<string>()]))
  const byMac = index(nodes, (it) => it.mac)
  const byAddress = index(nodes, (it) => it.address)
  const byName = index(nodes, (it) => it.name?.toLowerCase() ?? null)
  for (const node of nodes) {
    for (const { chassis, address, name } of node.neighbours) {
      const other =
        byMac.get(plainMac(chassis)) ?? byAddress.get(address ?? chassis) ?? byName.get(name.toLowerCase()) ?? null
      if (other === null || other === node.id) continue
      links.get(node.id)?.add(other)
      links.get(other)?.add(node.id)
    }
  }
  return links
}

/** Names that several have tell nothing. */
function index(nodes: readonly Node[], keyOf: (node: Node) => string | null): Map<string, string | null> {
  const found = new Map<string, string | null>()
  for (const node of nodes) {
    const key = keyOf(node)
    if (key === null || key === '') continue
    found.set(key, found.has(key) ? null : node.id)
  }
  return found
}

export function plainMac(text: string): string {
  const digits = text.toLowerCase().replace(/[^0-9a-f]/g, '')
  return digits.length === 12 ? digits : text
}

/** Steps from the root of each network of carriers that are linked. */
function depthsOf(
  backbone: readonly string[],
  kinds: ReadonlyMap<string, DeviceKind>,
  linked: (id: string) => string[],
): Map<string, number> {
  const depths = new Map<string, number>()
  for (const id of backbone) {
    if (depths.has(id)) continue
    const network = [...stepsFrom([id], linked).keys()]
    for (const [each, steps] of stepsFrom(rootsOf(network, kinds, linked), linked)) depths.set(each, steps)
  }
  return depths
}

/** Routers and firewalls; where none was found, the switches with most other switches at their ports. */
function rootsOf(
  network: readonly string[],
  kinds: ReadonlyMap<string, DeviceKind>,
  linked: (id: string) => string[],
): string[] {
  const gates = network.filter((it) => roots.includes(kinds.get(it) ?? 'other'))
  const most = Math.max(...network.map((it) => linked(it).length))
  return gates.length > 0 ? gates : network.filter((it) => linked(it).length === most)
}

function stepsFrom(start: readonly string[], linked: (id: string) => string[]): Map<string, number> {
  const steps = new Map(start.map((it) => [it, 0]))
  const queue = [...start]
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    for (const next of linked(id)) {
      if (steps.has(next)) continue
      steps.set(next, (steps.get(id) ?? 0) + 1)
      queue.push(next)
    }
  }
  return steps
}
