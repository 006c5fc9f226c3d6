/** Readers of access controllers: a reader that the site counts as a device needs the controller that lists it. */
import type { ProposedLink } from './findings.ts'
import { type Directory, plainName, type TopologyDevice } from './site.ts'
import { readerEvidence } from './words.ts'

type Listed = { reader: string; controller: string; name: string; at: number; isPlaced: boolean }

const controllingKinds: ReadonlySet<TopologyDevice['kind']> = new Set(['door-controller', 'controller', 'server'])

/** None where two controllers list a reader and nobody said which of them is meant. */
export function readerLinks(directory: Directory): ProposedLink[] {
  const devices = [...directory.byId.values()]
  const ofName = channelsByName(devices)
  const listed = Map.groupBy(
    devices.flatMap((it) => listedBy(directory, ofName, it)),
    (it) => it.reader,
  )
  return [...listed].flatMap(([device, fitting]) => {
    const stated = directory.byId.get(device)?.needs.flat() ?? []
    const controllers = new Set(fitting.map((it) => it.controller))
    const meant = controllers.size > 1 ? fitting.filter((it) => stated.includes(it.controller)) : fitting
    const [found] = meant
    if (found === undefined || new Set(meant.map((it) => it.controller)).size > 1) return []
    const { controller, name, isPlaced } = found
    const places = [{ to: controller, port: name }]
    const confidence = isPlaced ? 'high' : 'medium'
    return [{ device, needs: [[controller]], places, by: [readerEvidence(found)], confidence }]
  })
}

/** A reader with a cable of its own needs both: what it hangs on, and who decides whether its door opens. */
export function withReaders(links: readonly ProposedLink[], readers: readonly ProposedLink[]): ProposedLink[] {
  const added = new Map(readers.map((it) => [it.device, it]))
  const cabled = links.map((link) => {
    const reader = added.get(link.device)
    if (reader === undefined) return link
    added.delete(link.device)
    const isKnown = link.needs.some((it) => it.length === 1 && it[0] === reader.needs[0]?.[0])
    const needs = isKnown ? link.needs : [...link.needs, ...reader.needs]
    const places = isKnown ? link.places : [...link.places, ...reader.places]
    return { ...link, needs, places, by: [...link.by, ...reader.by] }
  })
  return [...cabled, ...added.values()]
}

function listedBy(
  directory: Directory,
  ofName: ReadonlyMap<string, string | null>,
  { id, kind, learned }: TopologyDevice,
): Listed[] {
  if (!controllingKinds.has(kind) || learned === null) return []
  return (learned.findings.readers ?? []).flatMap(({ name, address, mac }) => {
    const byMac = mac === undefined ? undefined : directory.ofMac(mac)?.device
    const placed = byMac ?? (address === undefined ? undefined : directory.ofAddress(address))
    const reader = placed ?? ofName.get(plainName(name)) ?? directory.ofLabel(name)
    if (reader === undefined || reader === id || directory.isBridge(reader)) return []
    const isController = controllingKinds.has(directory.byId.get(reader)?.kind ?? 'other')
    // A controller that is listed by its own address has a reader built in.
    if (isController) return []
    return [{ reader, controller: id, name: name || reader, at: learned.at, isPlaced: placed !== undefined }]
  })
}

/** Devices that are never checked, as a reader without an address is, by what they are called; null: more than one. */
function channelsByName(devices: readonly TopologyDevice[]): Map<string, string | null> {
  const found = new Map<string, string | null>()
  for (const { id, kind, names } of devices) {
    if (kind !== 'channel') continue
    for (const name of new Set([id, ...names].map(plainName))) found.set(name, found.has(name) ? null : id)
  }
  return found
}
