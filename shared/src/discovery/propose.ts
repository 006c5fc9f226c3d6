import type { DeviceKind, DeviceProposal, FoundDevice } from '../model/index.ts'
import { heardOf } from './heard.ts'
import { knownDevice, type SiteNow } from './known.ts'
import { idOf, nameOf } from './name.ts'
import { type Node, needsOf, plainMac } from './needs.ts'
import { placementOf } from './systems.ts'

/**
 * What each found device would be at the site, in the order of `found`. A device that the site has already keeps its name, so that
 * others may need it. What the site cannot know, such as who needs a switch that was not found, is left out.
 */
export function proposeDevices(found: readonly FoundDevice[], site: SiteNow): DeviceProposal[] {
  const devices = heardOf(found)
  const taken = new Set(site.devices.map((it) => it.id))
  const ids = new Map<string, string>()
  for (const it of [...devices].sort(byAddress)) {
    const id = knownDevice(site, it) ?? idOf(it, kindOf(it), taken)
    taken.add(id)
    ids.set(it.address, id)
  }
  const nameIn = (it: FoundDevice): string => ids.get(it.address) ?? it.address
  const needs = needsOf(devices.map((it) => nodeOf(it, nameIn(it), site)))
  return devices.map((it): DeviceProposal => {
    const id = nameIn(it)
    const kind = kindOf(it)
    const alternatives = needs.get(id)
    const name = nameOf(it, id)
    return { id, name, kind, ...placementOf(kind, site), needs: alternatives === undefined ? [] : [alternatives] }
  })
}

function nodeOf(it: FoundDevice, id: string, site: SiteNow): Node {
  const { mac, name } = it.identity
  const known = site.devices.find((device) => device.address === it.address)
  return {
    id,
    kind: known?.kind ?? kindOf(it),
    address: it.address,
    mac: mac === undefined ? null : plainMac(mac),
    name: name ?? null,
    neighbours: it.neighbours,
  }
}

function kindOf(found: FoundDevice): DeviceKind {
  return found.kind ?? 'other'
}

function byAddress(a: FoundDevice, b: FoundDevice): number {
  return a.address.localeCompare(b.address, 'en', { numeric: true })
}
