/** What neighbours say of a device that says little itself: its name, its MAC address, and that it forwards for others. */
import type { DeviceKind } from '../model/index.ts'
import type { TopologyNeighbour } from '../topology/index.ts'
import type { FoundDevice } from './found.ts'
import { kindByWords } from './words.ts'

const mac = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/

/** The same devices in the same order, with what others say of them where they are silent. */
export function heardOf(found: readonly FoundDevice[]): FoundDevice[] {
  const byAddress = Map.groupBy(
    found.flatMap((it) => it.topology?.neighbours ?? []),
    (it) => it.address ?? '',
  )
  const macs = new Map(found.flatMap((it) => it.topology?.arp ?? []).map((it) => [it.address, it.mac]))
  return found.map((it) => withWord(it, byAddress.get(it.address) ?? [], macs.get(it.address)))
}

function withWord(it: FoundDevice, said: readonly TopologyNeighbour[], seen: string | undefined): FoundDevice {
  const name = it.identity.name ?? said.find((neighbour) => neighbour.name !== '')?.name
  const own = it.identity.mac ?? it.topology?.macs[0]
  const told = own ?? said.map((neighbour) => neighbour.chassis).find((chassis) => mac.test(chassis)) ?? seen
  const kind = kindOf(it, name ?? '', said)
  return {
    ...it,
    ...(kind === undefined ? {} : { kind }),
    identity: {
      ...it.identity,
      ...(name === undefined ? {} : { name }),
      ...(told === undefined ? {} : { mac: told }),
    },
  }
}

/** Its own word first; but a recorder speaks like a camera, and only its name tells. */
function kindOf({ kind }: FoundDevice, name: string, said: readonly TopologyNeighbour[]): DeviceKind | undefined {
  const byName = kindByWords(name)
  if (kind === 'camera' && byName === 'nvr') return 'nvr'
  if (kind !== undefined && kind !== 'other') return kind
  return byName ?? (said.some((it) => it.isBridge === true) ? 'switch' : kind)
}
