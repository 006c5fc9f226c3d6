/** A site's devices as the engine looks at them: who is whom by MAC address, address and name. */
import type { DeviceKind } from '../model/index.ts'
import type { TopologyFindings, TopologyNeighbour } from './findings.ts'

/**
 * A device with what it told. `macs`: its own, as another protocol told them; `names`: what it may be called by others;
 * `needs`: as people stated; `learned.at`: when, in ms since 1970.
 */
export type TopologyDevice = {
  id: string
  kind: DeviceKind
  address: string | null
  names: readonly string[]
  macs: readonly string[]
  needs: readonly (readonly string[])[]
  learned: { at: number; findings: TopologyFindings } | null
  /** what a recorder lists as its channels, by name */
  channels?: { at: number; names: readonly string[] }
  /** it does not answer: that others do not see it now denies nothing of what it told before */
  isDown?: boolean
}

/** How a MAC address came to be a device's: `by` is the device whose ARP table said so, null where it is its own word. */
export type Known = { device: string; mac: string; by: string | null; at: number }

/** Work in small steps: whoever has others waiting rests between them. */
export type Steps<T> = Generator<undefined, T, undefined>

export type Directory = {
  byId: ReadonlyMap<string, TopologyDevice>
  /** undefined: nobody's here, or more than one's */
  ofMac(mac: string): Known | undefined
  ofAddress(address: string): string | undefined
  ofNeighbour(neighbour: TopologyNeighbour): string | undefined
  ofLabel(label: string): string | undefined
  /** carries others' traffic */
  isBridge(id: string): boolean
}

export function* directoryIn(devices: readonly TopologyDevice[]): Steps<Directory> {
  const byId = new Map(devices.map((it) => [it.id, it]))
  const addresses = uniquely(devices.flatMap((it) => (it.address === null ? [] : [[it.address, it.id] as const])))
  // A channel is called like its camera, and nobody else means it.
  const real = devices.filter((it) => it.kind !== 'channel')
  const names = uniquely(
    real.flatMap((it) => [...new Set([it.id, ...it.names].map(plainName))].map((name) => [name, it.id] as const)),
  )
  yield
  const macs = yield* macsIn(devices, addresses)
  const bridges = new Set(devices.filter(carries).map((it) => it.id))
  const ofName = (name: string): string | undefined =>
    names.get(plainName(name)) ?? names.get(withoutDomain(plainName(name)))
  const known = new Set([...macs.values()].map((it) => it.device))
  /** Cameras of a make are all called the same: one that has another MAC address is another one. */
  const isOther = (id: string, chassis: string): boolean => isMac(chassis) && known.has(id) && !bridges.has(id)
  const ofNeighbour = ({ chassis, address, name }: TopologyNeighbour): string | undefined => {
    const found = macs.get(chassis)?.device ?? addresses.get(address ?? chassis)
    if (found !== undefined) return found
    const named = ofName(name)
    return named === undefined || isOther(named, chassis) ? undefined : named
  }
  return {
    byId,
    ofMac: (mac) => macs.get(mac),
    ofAddress: (address) => addresses.get(address),
    ofNeighbour,
    ofLabel: ofName,
    isBridge: (id) => bridges.has(id),
  }
}

const isMac = (text: string): boolean => /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/.test(text)

/** A switch, or whatever else shows that it forwards. */
function carries({ kind, learned }: TopologyDevice): boolean {
  if (kind === 'switch') return true
  if (learned === null) return false
  const { forwarding, neighbours } = learned.findings
  return (
    forwarding.length > 0 ||
    (neighbours.length > 0 && (kind === 'router' || kind === 'firewall' || kind === 'access-point'))
  )
}

/** CDP adds a serial number, `edge-3(FOC1234)`, and many add their domain. */
export function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/\(.*\)$/, '')
}

function withoutDomain(name: string): string {
  return /^([^.]+)(?:\.[a-z0-9-]+)*\.[a-z]{2,}$/.exec(name)?.[1] ?? name
}

/** What only one has. */
function uniquely(pairs: readonly (readonly [string, string])[]): Map<string, string> {
  const found = new Map<string, string | null>()
  for (const [key, id] of pairs) {
    const before = found.get(key)
    found.set(key, before === undefined || before === id ? id : null)
  }
  return new Map([...found].flatMap(([key, id]) => (id === null || key === '' ? [] : [[key, id] as const])))
}

/** A device's own word before an ARP table's, and of two tables the later one. */
function* macsIn(
  devices: readonly TopologyDevice[],
  addresses: ReadonlyMap<string, string>,
): Steps<Map<string, Known>> {
  const own = uniquely(
    devices.flatMap((it) => [...it.macs, ...(it.learned?.findings.macs ?? [])].map((mac) => [mac, it.id] as const)),
  )
  const learnedAt = new Map(devices.map((it) => [it.id, it.learned?.at ?? 0]))
  const found = new Map<string, Known>()
  for (const [mac, device] of own) found.set(mac, { device, mac, by: null, at: learnedAt.get(device) ?? 0 })
  yield
  const entries = devices.flatMap((router) => {
    const { learned } = router
    if (learned === null) return []
    return learned.findings.arp.map((it) => ({ ...it, by: router.id, at: learned.at }))
  })
  const latest = new Map<string, (typeof entries)[number] | null>()
  for (const entry of entries.sort((a, b) => a.at - b.at || (a.by < b.by ? -1 : 1))) {
    const before = latest.get(entry.address)
    // Two MAC addresses for one address, told at one time: it is not clear whose it is.
    const isTorn = before !== undefined && (before === null || (before.at === entry.at && before.mac !== entry.mac))
    latest.set(entry.address, isTorn ? null : entry)
  }
  yield
  const claimed = new Set(devices.flatMap((it) => [...it.macs, ...(it.learned?.findings.macs ?? [])]))
  const asked = [...latest.values()].flatMap((it) => {
    const device = it === null ? undefined : addresses.get(it.address)
    return it === null || device === undefined || claimed.has(it.mac) ? [] : [{ ...it, device }]
  })
  const sole = uniquely(asked.map((it) => [it.mac, it.device] as const))
  for (const { mac, device, by, at } of asked) if (sole.get(mac) === device) found.set(mac, { device, mac, by, at })
  return found
}
