/** What a target saw of others besides its forwarding tables: ARP, its gateway, the spanning tree's root. */
import { type TopologyFindings, topologyLimits } from '@steward/shared/topology'
import type { Ask } from '../../ask.ts'
import { macOf } from './ports.ts'

export const arpTables = { media: '1.3.6.1.2.1.4.22.1', physical: '1.3.6.1.2.1.4.35.1' } as const
/** Default routes: of RFC 1213, RFC 2096 and RFC 4292; the next hop is the value, or stands in the index. */
const defaultRoutes = {
  oldest: '1.3.6.1.2.1.4.21.1.7.0.0.0.0',
  older: '1.3.6.1.2.1.4.24.4.1.4.0.0.0.0.0.0.0.0',
  plain: '1.3.6.1.2.1.4.24.7.1.7.1.4.0.0.0.0.0',
} as const
const stpDesignatedRoot = '1.3.6.1.2.1.17.2.5.0'
/** Without anybody's choice; the lower 12 bits are the VLAN. */
const defaultPriority = 0x8000

/** IPv4 only. Row: ifIndex, address; in the newer table with the address's kind and length before it. */
export async function learnArp(ask: Ask): Promise<TopologyFindings['arp']> {
  const media = await ask.column(`${arpTables.media}.2`)
  const rows = media.size > 0 ? media : await ask.column(`${arpTables.physical}.4`)
  const isMedia = media.size > 0
  return [...rows]
    .flatMap(([index, varbind]) => {
      const arcs = index.split('.').slice(1)
      const address = isMedia ? arcs : arcs[0] === '1' && arcs[1] === '4' ? arcs.slice(2) : []
      if (address.length !== 4 || varbind.type !== 'octets') return []
      return macOf(varbind.value).map((mac) => ({ mac, address: address.join('.') }))
    })
    .slice(0, topologyLimits.arp)
}

/** The next hop of the only default route. */
export async function learnGateway(ask: Ask): Promise<string | null> {
  const oldest = (await ask.get([defaultRoutes.oldest])).get(defaultRoutes.oldest)
  if (oldest?.type === 'ip') return hopOf(oldest.value.split('.'))
  const older = await ask.column(defaultRoutes.older)
  const plain = older.size > 0 ? older : await ask.column(defaultRoutes.plain)
  const hops = new Set([...plain.keys()].map((it) => hopOf(it.split('.').slice(-4))))
  const [hop] = hops
  return hops.size === 1 ? (hop ?? null) : null
}

function hopOf(arcs: readonly string[]): string | null {
  return arcs.length !== 4 || arcs.every((it) => it === '0') ? null : arcs.join('.')
}

/** Where nobody chose, it is the oldest switch, which says nothing of the building. */
export async function learnSpanningRoot(ask: Ask): Promise<string | null> {
  const root = (await ask.get([stpDesignatedRoot])).get(stpDesignatedRoot)
  if (root?.type !== 'octets' || root.value.length !== 8) return null
  const isChosen = (root.value.readUInt16BE(0) & 0xf000) < defaultPriority
  const [mac] = macOf(root.value.subarray(2))
  return isChosen ? (mac ?? null) : null
}
