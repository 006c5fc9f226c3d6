/** Cables between the devices that carry traffic, as they tell each other of them (LLDP, CDP), and the ports that lead to more than one device. */
import type { TopologyNeighbour } from './findings.ts'
import type { Directory, Steps } from './site.ts'

/** One end's word of a cable: `from` says that `to` is at its port. */
export type Sight = {
  from: string
  to: string
  port: string
  remotePort: string
  by: TopologyNeighbour['by']
  at: number
}

export type Cables = {
  bridges: readonly string[]
  /** neighbours of a bridge that are bridges, in the order of their names */
  beside(id: string): ReadonlySet<string>
  sights(a: string, b: string): readonly Sight[]
  /** whether a device tells its neighbours: then it has no others */
  tells(id: string): boolean
  /** whether two bridges could have a cable that nobody tells of */
  mayTouch(a: string, b: string): boolean
  /** whether something that carries traffic is behind a port */
  isTrunk(bridge: string, port: string): boolean
}

export function* cablesIn(directory: Directory): Steps<Cables> {
  const bridges = [...directory.byId.keys()].filter((it) => directory.isBridge(it)).sort()
  const sights = new Map<string, Sight[]>()
  for (const bridge of bridges) {
    for (const sight of sightsOf(directory, bridge)) {
      const key = pairOf(sight.from, sight.to)
      sights.set(key, [...(sights.get(key) ?? []), sight])
    }
    yield
  }
  const beside = new Map<string, Set<string>>(bridges.map((it) => [it, new Set()]))
  const ends = [...sights.keys()].map((it) => it.split('\n'))
  for (const [from = '', to = ''] of [...ends, ...ends.map((it) => it.toReversed())].sort()) beside.get(from)?.add(to)
  const tells = (id: string): boolean => (directory.byId.get(id)?.learned?.findings.neighbours.length ?? 0) > 0
  const trunks = yield* trunksIn(directory, bridges, [...sights.values()].flat())
  return {
    bridges,
    beside: (id) => beside.get(id) ?? nobody,
    sights: (a, b) => sights.get(pairOf(a, b)) ?? [],
    tells,
    mayTouch: (a, b) => sights.has(pairOf(a, b)) || (!tells(a) && !tells(b)),
    isTrunk: (bridge, port) => trunks.has(portKey(bridge, port)),
  }
}

const nobody: ReadonlySet<string> = new Set()
const pairOf = (a: string, b: string): string => (a < b ? `${a}\n${b}` : `${b}\n${a}`)
const portKey = (bridge: string, port: string): string => `${bridge}\n${port}`

/** What one bridge says of others; what the other end has denied since is left out. */
function sightsOf(directory: Directory, from: string): Sight[] {
  const learned = directory.byId.get(from)?.learned
  if (learned === null || learned === undefined) return []
  const { neighbours } = learned.findings
  return neighbours.flatMap((it) => {
    const to = directory.ofNeighbour(it)
    if (to === undefined || to === from || !directory.isBridge(to)) return []
    if (it.by === 'cdp' && isRelayed(directory, neighbours, it)) return []
    if (directory.byId.get(from)?.isDown !== true && isDenied(directory, to, from, it.by, learned.at)) return []
    return [{ from, to, port: it.port, remotePort: it.remotePort, by: it.by, at: learned.at }]
  })
}

/** Others pass CDP on: who LLDP names on the same port is nearer. */
export function isRelayed(
  directory: Directory,
  neighbours: readonly TopologyNeighbour[],
  it: TopologyNeighbour,
): boolean {
  const self = directory.ofNeighbour(it)
  return neighbours.some(
    (other) =>
      other.by === 'lldp' &&
      it.port !== '' &&
      other.port === it.port &&
      (directory.ofNeighbour(other) ?? other.chassis) !== self,
  )
}

/** The other end was asked later, by the same protocol, and does not know of it any more. */
function isDenied(directory: Directory, by: string, of: string, protocol: Sight['by'], at: number): boolean {
  const learned = directory.byId.get(by)?.learned
  if (learned === null || learned === undefined || learned.at <= at) return false
  const same = learned.findings.neighbours.filter((it) => it.by === protocol)
  return same.length > 0 && !same.some((it) => directory.ofNeighbour(it) === of)
}

function* trunksIn(directory: Directory, bridges: readonly string[], sights: readonly Sight[]): Steps<Set<string>> {
  const trunks = new Set<string>()
  for (const { from, to, port, remotePort } of sights) {
    trunks.add(portKey(from, port))
    for (const name of portsNamed(directory, to, remotePort)) trunks.add(portKey(to, name))
    yield
  }
  for (const id of bridges) {
    const findings = directory.byId.get(id)?.learned?.findings
    for (const it of findings?.neighbours ?? []) {
      const isStranger = directory.ofNeighbour(it) === undefined
      if (isStranger && it.isBridge === true) trunks.add(portKey(id, it.port))
    }
    for (const { port, count, macs } of findings?.forwarding ?? []) {
      const others = macs.map((it) => directory.ofMac(it)?.device)
      const isCrowd = count > macs.length
      if (isCrowd || others.some((it) => it !== undefined && it !== id && directory.isBridge(it)))
        trunks.add(portKey(id, port))
    }
    yield
  }
  return trunks
}

/** A port as its neighbour calls it: by name, by number, or by its label. */
function portsNamed(directory: Directory, id: string, said: string): string[] {
  const ports = directory.byId.get(id)?.learned?.findings.ports ?? []
  const named = ports.filter((it) => it.name === said || String(it.index) === said || it.label === said)
  return [said, ...named.map((it) => it.name)]
}
