/** What neighbours say of a device that says little itself: its name, its MAC address, and that it is a switch. */
import type { DeviceKind, FoundDevice } from '../model/index.ts'
import { plainMac } from './needs.ts'
import { kindByWords } from './words.ts'

/** A device that this many others name as their neighbour forwards for them. */
const namedByToCarry = 2

/** The same devices in the same order, with what others say of them where they are silent. */
export function heardOf(found: readonly FoundDevice[]): FoundDevice[] {
  return found.map((it) => {
    const said = found
      .filter((other) => other.address !== it.address)
      .flatMap((other) => other.neighbours)
      .filter((neighbour) => isAbout(neighbour, it))
    const name = it.identity.name ?? said.find((neighbour) => neighbour.name !== '')?.name
    const mac = it.identity.mac ?? said.map((neighbour) => plainMac(neighbour.chassis)).find(isMac)
    const kind = kindOf(it, name ?? '', said.length)
    return {
      ...it,
      ...(kind === undefined ? {} : { kind }),
      identity: { ...it.identity, ...(name === undefined ? {} : { name }), ...(mac === undefined ? {} : { mac }) },
    }
  })
}

/** Its own word first; but a recorder speaks like a camera, and only its name tells. */
function kindOf({ kind }: FoundDevice, name: string, timesNamed: number): DeviceKind | undefined {
  const byName = kindByWords(name)
  if (kind === 'camera' && byName === 'nvr') return 'nvr'
  if (kind !== undefined && kind !== 'other') return kind
  return byName ?? (timesNamed >= namedByToCarry ? 'switch' : kind)
}

function isAbout(neighbour: FoundDevice['neighbours'][number], { address, identity }: FoundDevice): boolean {
  if (neighbour.address !== undefined) return neighbour.address === address
  return identity.mac !== undefined && plainMac(neighbour.chassis) === plainMac(identity.mac)
}

function isMac(text: string): boolean {
  return /^[0-9a-f]{12}$/.test(text)
}
