/** From what devices told to who needs whom. */
import { type Cables, cablesIn, type Sight } from './cables.ts'
import { channelLinks } from './channels.ts'
import { type Claim, placesIn, tellsAll } from './ends.ts'
import type { LinkEvidence, ProposedLink } from './findings.ts'
import { readerLinks, withReaders } from './readers.ts'
import { type Roots, rootsOf } from './roots.ts'
import { type Directory, directoryIn, type Steps, type TopologyDevice } from './site.ts'
import { upwardNeeds } from './upward.ts'
import { arpEvidence, claimEvidence, poeEvidence, sightEvidence } from './words.ts'

/** An unmanaged switch has about so many ports; more behind one port are rather a network. */
const fewBehindPort = 8

export type Proposed = { links: ProposedLink[]; strangers: StrangerAt[] }

/**
 * The links that the findings of a site's devices speak for, by device name. Deterministic; whoever's tables are missing costs
 * links and makes none wrong. A device of which nothing is proposed is a root, or not known well enough.
 */
export function proposeLinks(devices: readonly TopologyDevice[]): ProposedLink[] {
  const steps = proposing(devices)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value.links
  }
}

/** The same in steps of a millisecond or so, with the strangers beside the links: for a large site. */
export function* proposing(devices: readonly TopologyDevice[]): Steps<Proposed> {
  const directory = yield* directoryIn(devices)
  const cables = yield* cablesIn(directory)
  const places = yield* placesIn(directory, cables)
  const roots = rootsOf(directory, cables, (id) => homesOf(places.get(id) ?? []))
  yield
  const isSeenWhole = tellsAll(directory, cables)
  const links: ProposedLink[] = []
  for (const [device, claims] of places) {
    links.push(endLink(directory, device, claims, isSeenWhole))
    yield
  }
  if (roots !== null) links.push(...bridgeLinks(cables, roots))
  links.push(...channelLinks(directory))
  yield
  const all = withReaders(links, readerLinks(directory))
  yield
  const strangers = strangersOf(directory, devices)
  return { links: all.sort((a, b) => (a.device < b.device ? -1 : 1)), strangers }
}

function homesOf(claims: readonly Claim[]): string[] {
  return [...new Set(claims.map((it) => it.to))].sort()
}

function endLink(directory: Directory, device: string, claims: readonly Claim[], isSeenWhole: boolean): ProposedLink {
  const homes = homesOf(claims)
  const places = homes.map((to) => ({ to, port: claims.find((it) => it.to === to)?.port ?? '' }))
  const by = claims.map(claimEvidence)
  const address = directory.byId.get(device)?.address
  for (const { known } of claims) {
    if (known === null || known.by === null || typeof address !== 'string') continue
    by.push(arpEvidence({ ...known, by: known.by }, known.mac, address))
  }
  for (const { to, port } of places) by.push(...fedAt(directory, to, port))
  return { device, needs: [homes], places, by: distinct(by), confidence: confidenceOf(claims, homes, isSeenWhole) }
}

/** Its port feeds it. */
function fedAt(directory: Directory, to: string, port: string): LinkEvidence[] {
  const learned = directory.byId.get(to)?.learned
  const feeding = learned?.findings.poe.find((it) => it.port === port && it.state === 'delivering')
  return feeding === undefined || !learned ? [] : [poeEvidence(to, learned.at, feeding)]
}

function confidenceOf(
  claims: readonly Claim[],
  homes: readonly string[],
  isSeenWhole: boolean,
): ProposedLink['confidence'] {
  const weights = homes.map((home) => {
    const own = claims.filter((it) => it.to === home && it.by !== 'label')
    if (own.some((it) => it.by !== 'fdb')) return 2
    if (own.length === 0) return homes.length > 1 ? 1 : 0
    const others = Math.min(...own.map((it) => it.others))
    return others > fewBehindPort ? 0 : others === 0 && isSeenWhole ? 2 : 1
  })
  return words[Math.min(...weights)] ?? 'low'
}

const words = ['low', 'medium', 'high'] as const

function bridgeLinks(cables: Cables, roots: Roots): ProposedLink[] {
  return [...upwardNeeds(cables, roots)].map(([device, homes]) => {
    const sights = homes.map((to) => cables.sights(device, to))
    const places = homes.map((to, at) => ({ to, port: portAt(sights[at] ?? [], to) }))
    const isMutual = sights.every((some) => new Set(some.map((it) => it.from)).size === 2)
    const by = distinct(sights.flat().map(sightEvidence))
    return { device, needs: [homes], places, by, confidence: roots.isWeak ? 'low' : isMutual ? 'high' : 'medium' }
  })
}

/** The port of the one that is needed: its own word first. */
function portAt(sights: readonly Sight[], to: string): string {
  const own = sights.find((it) => it.from === to)
  return own?.port ?? sights.find((it) => it.to === to)?.remotePort ?? ''
}

const mostEvidence = 40

function distinct(evidence: readonly LinkEvidence[]): LinkEvidence[] {
  return [...new Map(evidence.map((it) => [it.text.en, it])).values()].slice(0, mostEvidence)
}

/** Something that carries traffic, at a port of a device, and is no device of the site. */
type StrangerAt = { device: string; port: string; stranger: string; firstSeen: number; lastSeen: number }

function strangersOf(directory: Directory, devices: readonly TopologyDevice[]): StrangerAt[] {
  const found = devices.flatMap(({ id, learned }) => {
    const strange = learned?.findings.neighbours.filter(
      (it) => it.isBridge === true && directory.ofNeighbour(it) === undefined,
    )
    const at = learned?.at ?? 0
    return (strange ?? []).map((it) => ({
      device: id,
      port: it.port,
      stranger: it.name || it.chassis,
      firstSeen: at,
      lastSeen: at,
    }))
  })
  return [...new Map(found.map((it) => [`${it.device}\n${it.port}\n${it.stranger}`, it])).values()]
}
