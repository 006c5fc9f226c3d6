/** Makers by MAC address, from the IEEE's list of who has which first half (OUI). */
import type { FoundDevice } from './found.ts'
import { heardOf } from './heard.ts'

/** The list is 4 MB: it is read where it is needed, which is not in the agent that runs all the time. */
async function readList(): Promise<Readonly<Record<string, string>>> {
  try {
    const { default: list } = await import('oui-data', { with: { type: 'json' } })
    return list
  } catch {
    // A program that was installed without the list finds as much, and names fewer makers.
    return {}
  }
}

/** The same devices in the same order, with what neighbours say of them, and the maker of the network card where no other is known. */
export async function completed(devices: readonly FoundDevice[]): Promise<FoundDevice[]> {
  const found = heardOf(devices)
  const isAsked = ({ identity: { vendor, mac } }: FoundDevice): boolean => vendor === undefined && mac !== undefined
  if (!found.some(isAsked)) return found
  const list = await readList()
  return found.map((it) => {
    const vendor = isAsked(it) ? vendorOf(list, it.identity.mac ?? '') : ''
    return vendor === '' ? it : { ...it, identity: { ...it.identity, vendor } }
  })
}

/** Bit 1 of the first byte: made up by the device, so nobody's (IEEE 802, section 8.2.1). */
function isLocal(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 2) !== 0
}

function vendorOf(list: Readonly<Record<string, string>>, mac: string): string {
  const key = mac
    .replace(/[^0-9a-f]/gi, '')
    .toUpperCase()
    .slice(0, 6)
  if (isLocal(mac) || !Object.hasOwn(list, key)) return ''
  const [name = ''] = (list[key] ?? '').split('\n')
  return name
    .replace(
      /[,.]?\s*\b(co|ltd|inc|corp|corporation|gmbh|llc|limited|technology|technologies|b\.?v|s\.?p\.?a)\b\.?/gi,
      '',
    )
    .replace(/[\s,.]+$/, '')
    .trim()
    .slice(0, 120)
}
