/** A site as it is cabled, and the tables that its devices have of that: what a test takes the truth from. */
import type { DeviceKind } from '../model/index.ts'
import type { TopologyFindings } from './findings.ts'
import type { TopologyDevice } from './site.ts'

export type CabledDevice = {
  id: string
  kind: DeviceKind
  /** on which devices it hangs, each by a cable of its own */
  on: readonly string[]
  speaks: 'lldp' | 'cdp' | 'nothing'
  /** says its own MAC address; otherwise only an ARP table knows it */
  tellsMac: boolean
  /** shares a port with the others of this name, behind an unmanaged switch */
  hub?: string
  isLabelled?: boolean
}

export type CabledSite = {
  /** one, or a pair that is cabled together */
  cores: readonly string[]
  devices: readonly CabledDevice[]
  gateway?: string
}

type Table = 'neighbours' | 'forwarding' | 'arp' | 'macs' | 'stpRoot' | 'gateway' | 'poe'
export type Missing = (device: string, table: Table) => boolean

type End = { device: string; port: string; peer: string; peerPort: string }
export const learnedAt = 1_700_000_000_000

/** What the engine is to find, where everything is told. */
export function needsIn(site: CabledSite): Map<string, string[]> {
  const below = site.devices.filter((it) => !site.cores.includes(it.id))
  return new Map(below.map((it) => [it.id, [...it.on].sort()]))
}

export function toldBy(site: CabledSite, missing: Missing): TopologyDevice[] {
  const ends = endsOf(site)
  return site.devices.map((it, at) => ({
    id: it.id,
    kind: it.kind,
    address: addressOf(site, it.id),
    names: [],
    macs: it.kind !== 'switch' && it.tellsMac ? [macOf(site, it.id)] : [],
    needs: [],
    learned:
      it.kind === 'switch'
        ? { at: learnedAt + at, findings: findingsOf(site, ends, it.id, (table) => missing(it.id, table)) }
        : null,
  }))
}

const numberOf = (site: CabledSite, id: string): number => site.devices.findIndex((it) => it.id === id)
const addressOf = (site: CabledSite, id: string): string =>
  `10.0.${numberOf(site, id) >> 8}.${numberOf(site, id) & 255}`
const macOf = (site: CabledSite, id: string): string => {
  const hex = numberOf(site, id).toString(16).padStart(4, '0')
  return `02:00:00:00:${hex.slice(0, 2)}:${hex.slice(2)}`
}

/** Every cable from both ends; those behind an unmanaged switch share their end. */
function endsOf(site: CabledSite): End[] {
  const used = new Map<string, number>()
  const shared = new Map<string, string>()
  const next = (id: string): string => {
    const port = (used.get(id) ?? 0) + 1
    used.set(id, port)
    return `Gi0/${port}`
  }
  const [first, second] = site.cores
  const between = first !== undefined && second !== undefined ? [[second, first, undefined] as const] : []
  const down = site.devices.flatMap((it) => it.on.map((to) => [it.id, to, it.hub] as const))
  return [...between, ...down].flatMap(([device, peer, hub]) => {
    const key = `${peer} ${hub}`
    const peerPort = (hub === undefined ? undefined : shared.get(key)) ?? next(peer)
    if (hub !== undefined) shared.set(key, peerPort)
    const port = next(device)
    return [
      { device, port, peer, peerPort },
      { device: peer, port: peerPort, peer: device, peerPort: port },
    ]
  })
}

function findingsOf(
  site: CabledSite,
  ends: readonly End[],
  id: string,
  isMissing: (table: Table) => boolean,
): TopologyFindings {
  const own = ends.filter((it) => it.device === id)
  const kindOf = (peer: string) => site.devices.find((it) => it.id === peer)
  const neighbours = own.flatMap(({ port, peer, peerPort }) => {
    const speaks = kindOf(peer)?.speaks ?? 'nothing'
    if (speaks === 'nothing') return []
    return [
      { by: speaks, port, chassis: speaks === 'lldp' ? macOf(site, peer) : peer, remotePort: peerPort, name: peer },
    ]
  })
  const isCore = site.cores.includes(id)
  const all = site.devices.filter((it) => it.id !== id)
  const labels = new Map(
    own.flatMap((it) => (kindOf(it.peer)?.isLabelled === true ? [[it.port, it.peer] as const] : [])),
  )
  const root = site.cores[0] ?? ''
  return {
    macs: isMissing('macs') ? [] : [macOf(site, id)],
    ports: [...new Set(own.map((it) => it.port))].map((name, at) => ({
      name,
      index: at + 1,
      label: labels.get(name) ?? '',
      up: true,
    })),
    neighbours: isMissing('neighbours') ? [] : neighbours,
    forwarding: isMissing('forwarding') ? [] : forwardingOf(site, own, id),
    arp:
      isCore && !isMissing('arp')
        ? all.map((it) => ({ mac: macOf(site, it.id), address: addressOf(site, it.id) }))
        : [],
    poe: [],
    ...(site.gateway === undefined || site.gateway === id || isMissing('gateway')
      ? {}
      : { gateway: addressOf(site, site.gateway) }),
    ...(isMissing('stpRoot') ? {} : { stpRoot: macOf(site, root) }),
  }
}

/** Traffic goes by the first core: of two cables the one to it, or to the first named, carries. */
function forwardingOf(site: CabledSite, own: readonly End[], id: string): TopologyFindings['forwarding'] {
  const [root = '', second] = site.cores
  const upOf = (device: string): string | undefined => {
    if (device === root) return undefined
    if (device === second) return root
    const on = site.devices.find((it) => it.id === device)?.on ?? []
    return on.includes(root) ? root : on[0]
  }
  const wayOf = (device: string): string[] => {
    const up = upOf(device)
    return up === undefined ? [device] : [device, ...wayOf(up)]
  }
  const behind = new Map<string, string[]>()
  for (const { id: other } of site.devices) {
    if (other === id) continue
    const way = wayOf(other)
    const below = way[way.indexOf(id) - 1]
    const next = way.includes(id) ? below : upOf(id)
    const port = own.find((it) => it.peer === next)?.port
    if (port !== undefined) behind.set(port, [...(behind.get(port) ?? []), macOf(site, other)])
  }
  return [...behind].map(([port, macs]) => ({ port, count: macs.length, macs: macs.slice(0, 64) }))
}
