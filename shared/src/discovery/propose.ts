import type { DeviceKind, DeviceModel, DeviceProposal } from '../model/index.ts'
import { type ProposedLink, proposeLinks, type TopologyDevice } from '../topology/index.ts'
import type { FoundDevice } from './found.ts'
import { heardOf } from './heard.ts'
import { devicesByAddress, type SiteNow } from './known.ts'
import { idOf, nameOf } from './name.ts'
import { placementOf } from './systems.ts'

/** `devices` in the order of what was found; `links` say who needs whom, with what speaks for it. */
export type Proposals = { devices: DeviceProposal[]; links: ProposedLink[] }

/**
 * What each found device would be at the site. A device that the site has already keeps its name, so that others may need it.
 * What is not known well enough, such as who needs a switch that was not read, is left out.
 */
export function proposeDevices(found: readonly FoundDevice[], site: SiteNow): Proposals {
  const devices = heardOf(found)
  const known = devicesByAddress(site)
  const taken = new Set(site.devices.map((it) => it.id))
  const ids = new Map<string, string>()
  for (const it of [...devices].sort(byAddress)) {
    const id = known.get(it.address)?.id ?? idOf(it, kindOf(it), taken)
    taken.add(id)
    ids.set(it.address, id)
  }
  const nameIn = (it: FoundDevice): string => ids.get(it.address) ?? it.address
  const links = proposeLinks([
    ...devices.map((it) => nodeOf(it, nameIn(it), known.get(it.address))),
    ...unseen(site, new Set(ids.values())),
  ]).filter((it) => it.confidence !== 'low')
  const needs = new Map(links.map((it) => [it.device, it.needs]))
  return {
    devices: devices.map((it): DeviceProposal => {
      const id = nameIn(it)
      const kind = kindOf(it)
      return { id, name: nameOf(it, id), kind, ...placementOf(kind, site), needs: needs.get(id) ?? [] }
    }),
    links,
  }
}

/** All was learned in one search: when does not matter. */
const at = 0

function nodeOf(
  { address, identity, topology, kind }: FoundDevice,
  id: string,
  known: DeviceModel | undefined,
): TopologyDevice {
  return {
    id,
    kind: known?.kind ?? kind ?? 'other',
    address,
    names: identity.name === undefined ? [] : [identity.name],
    macs: identity.mac === undefined ? [] : [identity.mac],
    needs: known?.needs ?? [],
    learned: topology === undefined ? null : { at, findings: topology },
  }
}

/** Devices of the site that this search did not find may be somebody's neighbours all the same. */
function unseen(site: SiteNow, seen: ReadonlySet<string>): TopologyDevice[] {
  return site.devices
    .filter((it) => !seen.has(it.id))
    .map(({ id, kind, address, name, needs }) => {
      const names = name === undefined ? [] : [name]
      return { id, kind, address: address ?? null, names, macs: [], needs, learned: null }
    })
}

function kindOf(found: FoundDevice): DeviceKind {
  return found.kind ?? 'other'
}

function byAddress(a: FoundDevice, b: FoundDevice): number {
  return a.address.localeCompare(b.address, 'en', { numeric: true })
}
