/** The switch ports that end devices hang on. */
import { type Cables, isRelayed } from './cables.ts'
import type { Directory, Known, Steps } from './site.ts'

/** One switch's word that a device is at its port; `others`: how many more are behind the same port. */
export type Claim = {
  device: string
  to: string
  port: string
  by: 'lldp' | 'cdp' | 'fdb' | 'label'
  at: number
  /** the device's own port, where it said */
  remotePort: string
  others: number
  /** how the MAC address was known, of a forwarding table's claim */
  known: Known | null
}

/** By device: where it hangs. Several claims: on several switches at once, each of which is enough; several of one switch: one evidence beside the other. */
export function* placesIn(directory: Directory, cables: Cables): Steps<Map<string, Claim[]>> {
  const claims = new Map<string, Claim[]>()
  const isSeenWhole = tellsAll(directory, cables)
  for (const bridge of cables.bridges) {
    const found = [...told(directory, cables, bridge), ...forwarded(directory, cables, bridge, isSeenWhole)]
    for (const claim of [...found, ...labelled(directory, cables, bridge)]) {
      claims.set(claim.device, [...(claims.get(claim.device) ?? []), claim])
    }
    yield
  }
  const placed = new Map<string, Claim[]>()
  for (const device of [...claims.keys()].sort()) {
    const kept = settle(cables, claims.get(device) ?? [])
    if (kept.length > 0) placed.set(device, kept)
    yield
  }
  return placed
}

/** Every switch's forwarding table is known: what is behind none of them but at one port is at that port. */
export function tellsAll(directory: Directory, cables: Cables): boolean {
  const switches = cables.bridges.filter((it) => directory.byId.get(it)?.kind === 'switch')
  return switches.every((it) => (findingsOf(directory, it)?.forwarding.length ?? 0) > 0)
}

const findingsOf = (directory: Directory, id: string) => directory.byId.get(id)?.learned?.findings
const learnedAt = (directory: Directory, id: string): number => directory.byId.get(id)?.learned?.at ?? 0

/** What says itself who it is, at a port behind which no switch is. */
function told(directory: Directory, cables: Cables, to: string): Claim[] {
  const neighbours = findingsOf(directory, to)?.neighbours ?? []
  return neighbours.flatMap((it) => {
    const device = directory.ofNeighbour(it)
    if (device === undefined || directory.isBridge(device) || cables.isTrunk(to, it.port)) return []
    if (it.by === 'cdp' && isRelayed(directory, neighbours, it)) return []
    const { port, by, remotePort } = it
    return [{ device, to, port, by, at: learnedAt(directory, to), remotePort, others: 0, known: null }]
  })
}

/**
 * Whose MAC address is alone behind a port; where every switch's table is known, also those that share one, since then
 * nothing but an unmanaged switch can be between.
 */
function forwarded(directory: Directory, cables: Cables, to: string, isSeenWhole: boolean): Claim[] {
  return (findingsOf(directory, to)?.forwarding ?? []).flatMap(({ port, macs, count }) => {
    if (cables.isTrunk(to, port) || hasStranger(directory, to, port)) return []
    const found = macs.map((mac) => directory.ofMac(mac))
    const known = new Map(found.flatMap((it) => (it === undefined ? [] : [[it.device, it] as const])))
    const isAlone = known.size === 1 && found.every((it) => it !== undefined)
    if (!isAlone && !isSeenWhole) return []
    const carriers = [...known].filter(([id]) => mayCarry.has(directory.byId.get(id)?.kind ?? 'other'))
    return (carriers.length > 0 ? carriers : [...known]).map(([device, it]): Claim => {
      const others = isAlone ? 0 : count - 1
      return { device, to, port, by: 'fdb', at: learnedAt(directory, to), remotePort: '', others, known: it }
    })
  })
}

/** Kinds that others may hang on though they show no table: of their port it is said only that they are there. */
const mayCarry: ReadonlySet<string> = new Set(['access-point', 'router', 'firewall', 'nvr'])

/** Somebody unknown has said that it is at this port: what else is seen there is behind it. */
function hasStranger(directory: Directory, to: string, port: string): boolean {
  const neighbours = findingsOf(directory, to)?.neighbours ?? []
  return neighbours.some((it) => it.port === port && directory.ofNeighbour(it) === undefined && it.isBridge !== false)
}

/** A port that is up and is described by a device's name, where nobody else is seen. */
function labelled(directory: Directory, cables: Cables, to: string): Claim[] {
  const findings = findingsOf(directory, to)
  return (findings?.ports ?? []).flatMap(({ name: port, label, up }) => {
    const device = label === '' || up !== true ? undefined : directory.ofLabel(label)
    if (device === undefined || directory.isBridge(device) || cables.isTrunk(to, port)) return []
    const seen = findings?.forwarding.filter((it) => it.port === port).flatMap((it) => it.macs) ?? []
    const isOthers = seen.some((mac) => directory.ofMac(mac)?.device !== device)
    const isTold = findings?.neighbours.some((it) => it.port === port && directory.ofNeighbour(it) !== device)
    if (isOthers || isTold === true) return []
    return [{ device, to, port, by: 'label', at: learnedAt(directory, to), remotePort: '', others: 0, known: null }]
  })
}

/** Which of the claims on a device hold together. */
function settle(cables: Cables, claims: readonly Claim[]): Claim[] {
  const told = claims.filter((it) => it.by === 'lldp' || it.by === 'cdp')
  const seen = fewestBehind(claims.filter((it) => it.by === 'fdb'))
  const [first] = [...told, ...seen].sort(
    (a, b) => b.at - a.at || rank[a.by] - rank[b.by] || a.others - b.others || (a.to < b.to ? -1 : 1),
  )
  const labels = claims.filter((it) => it.by === 'label')
  if (first === undefined) return new Set(labels.map((it) => it.to)).size === 1 ? labels : []
  const isBeside = (it: Claim): boolean => it.to === first.to || cables.beside(first.to).has(it.to)
  const also = told.filter((it) => it.to !== first.to && isBeside(it) && isOtherPort(it, told))
  const homes = new Set([first.to, ...also.map((it) => it.to), ...labels.filter(isBeside).map((it) => it.to)])
  return [...told, ...seen, ...labels].filter((it) => homes.has(it.to))
}

const rank = { lldp: 0, cdp: 1, fdb: 2, label: 3 } as const

/** A device that has moved says the same port at both places; one with two cables says another. */
function isOtherPort(claim: Claim, all: readonly Claim[]): boolean {
  return all.every((it) => it.to === claim.to || (it.remotePort !== '' && it.remotePort !== claim.remotePort))
}

/** The access port has the fewest behind it; of equals the one that was learned last, none where that is not clear. */
function fewestBehind(claims: readonly Claim[]): Claim[] {
  const least = Math.min(...claims.map((it) => it.others))
  const fewest = claims.filter((it) => it.others === least)
  const latest = Math.max(...fewest.map((it) => it.at))
  const last = fewest.filter((it) => it.at === latest)
  return new Set(last.map((it) => it.to)).size === 1 ? last : []
}
