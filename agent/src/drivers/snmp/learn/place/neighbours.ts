/** Neighbours by LLDP (IEEE 802.1AB) and CDP (CISCO-CDP-MIB), with the target's own names of its ports. */
import { type TopologyNeighbour, topologyLimits } from '@steward/shared/topology'
import type { Ask } from '../../ask.ts'
import type { Varbind } from '../../engine/index.ts'
import { textOf } from '../../read/raw-text.ts'
import { lldpRows } from '../neighbours.ts'
import type { PlacePorts } from './ports.ts'

export const cdpCacheTable = '1.3.6.1.4.1.9.9.23.1.2.1.1'
const cdp = { address: 4, deviceId: 6, devicePort: 7, capabilities: 9 } as const

/** LldpSystemCapabilitiesMap, first bit first: repeater, bridge, access point, router; a telephone is a bridge too and leads nowhere. */
const lldpBits = { carries: 0x78, telephone: 0x04 } as const
/** CDP's capabilities: router, bridges, switch, repeater; telephone. */
const cdpBits = { carries: 0x4f, telephone: 0x80 } as const

export async function learnLldp(ask: Ask, ports: PlacePorts): Promise<TopologyNeighbour[]> {
  const rows = await lldpRows(ask)
  return rows.slice(0, topologyLimits.neighbours).map((it) => ({
    by: 'lldp',
    port: cut(ports.ofLldp(it.local) ?? it.port),
    chassis: plainMac(it.chassis),
    remotePort: cut(it.remotePort),
    name: cut(it.name),
    ...(it.address === undefined ? {} : { address: it.address }),
    ...carrying(it.capabilities, lldpBits),
  }))
}

/** Row: ifIndex, number of the neighbour. */
export async function learnCdp(ask: Ask, ports: PlacePorts): Promise<TopologyNeighbour[]> {
  const addresses = await ask.column(`${cdpCacheTable}.${cdp.address}`)
  const ids = await ask.column(`${cdpCacheTable}.${cdp.deviceId}`)
  const remotePorts = await ask.column(`${cdpCacheTable}.${cdp.devicePort}`)
  const capabilities = await ask.column(`${cdpCacheTable}.${cdp.capabilities}`)
  return [...ids].slice(0, topologyLimits.neighbours).map(([index, id]) => {
    const local = index.split('.')[0] ?? ''
    const remotePort = remotePorts.get(index)
    const bits = capabilities.get(index)
    return {
      by: 'cdp',
      port: cut(ports.ofIndex(Number(local)) ?? local),
      chassis: plainMac(textOf(id)),
      remotePort: remotePort === undefined ? '' : cut(textOf(remotePort)),
      name: cut(textOf(id)),
      ...addressIn(addresses.get(index)),
      ...carrying(bits?.type === 'octets' ? (bits.value.at(-1) ?? null) : null, cdpBits),
    }
  })
}

function carrying(bits: number | null, of: { carries: number; telephone: number }): { isBridge?: boolean } {
  if (bits === null || bits === 0) return {}
  return { isBridge: (bits & of.carries) !== 0 && (bits & of.telephone) === 0 }
}

function addressIn(found: Varbind | undefined): { address?: string } {
  if (found?.type !== 'octets' || found.value.length !== 4 || found.value.every((it) => it === 0)) return {}
  return { address: [...found.value].join('.') }
}

/** MAC addresses that came as text are written in every way. */
function plainMac(text: string): string {
  const digits = text.replace(/[:.-]/g, '').toLowerCase()
  return /^[0-9a-f]{12}$/.test(digits) ? digits.replace(/(..)(?=.)/g, '$1:') : cut(text)
}

function cut(text: string): string {
  return text.slice(0, 200)
}
