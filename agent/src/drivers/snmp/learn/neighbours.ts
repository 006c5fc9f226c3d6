/** Neighbours from LLDP-MIB (IEEE 802.1AB): what is at the other end of each port. */
import type { PointValue } from '@steward/shared/model'
import type { LearnedPoint, Neighbour } from '../../contract.ts'
import type { Ask } from '../ask.ts'
import type { Varbind } from '../engine/index.ts'
import { hexOf, textOf } from '../read/raw-text.ts'
import { pointIdOf } from './plan.ts'

export const lldpRemoteTable = '1.0.8802.1.1.2.1.4.1.1'
export const localPortTable = '1.0.8802.1.1.2.1.3.7.1'
const managementTable = '1.0.8802.1.1.2.1.4.2.1'

/** LldpChassisIdSubtype and LldpPortIdSubtype: the number that says "MAC address", and "network address". */
const chassisSubtypes = { mac: 4, network: 5 }
const portSubtypes = { mac: 3, network: 4 }

/** A neighbour with the local port's number, and the capabilities that are enabled (LldpSystemCapabilitiesMap). */
export type LldpRow = Neighbour & { local: string; capabilities: number | null }

export async function learnNeighbours(ask: Ask): Promise<Neighbour[]> {
  return (await lldpRows(ask)).map(({ local: _local, capabilities: _capabilities, ...neighbour }) => neighbour)
}

/** What was asked before, of this target and by this `ask`, is not asked again. */
export async function lldpRows(ask: Ask): Promise<LldpRow[]> {
  const chassisSubtype = await ask.column(`${lldpRemoteTable}.4`)
  const chassis = await ask.column(`${lldpRemoteTable}.5`)
  const portSubtype = await ask.column(`${lldpRemoteTable}.6`)
  const port = await ask.column(`${lldpRemoteTable}.7`)
  const names = await ask.column(`${lldpRemoteTable}.9`)
  const localPorts = await ask.column(`${localPortTable}.3`)
  const localNames = await ask.column(`${localPortTable}.4`)
  const management = await ask.column(`${managementTable}.3`)
  const enabled = await ask.column(`${lldpRemoteTable}.12`)
  const addresses = addressesOf([...management.keys()])
  // Row: time mark, local port number, remote index.
  return [...chassis].map(([index, varbind]) => {
    const local = index.split('.')[1] ?? ''
    const address = addresses.get(index)
    const localName = textAt(localNames, local) || textAt(localPorts, local) || local
    const capabilities = enabled.get(index)
    return {
      local,
      capabilities: capabilities?.type === 'octets' ? (capabilities.value[0] ?? null) : null,
      port: localName,
      chassis: idText(varbind, chassisSubtype.get(index), chassisSubtypes),
      remotePort: idText(port.get(index), portSubtype.get(index), portSubtypes),
      name: textAt(names, index),
      ...(address === undefined ? {} : { address }),
    }
  })
}

/** One point a port: who is at its other end. Several behind one port are told in one line. */
export function neighbourPoints(neighbours: readonly Neighbour[]): {
  points: LearnedPoint[]
  values: Record<string, PointValue>
} {
  const byPort = new Map<string, string[]>()
  for (const { port, name, chassis, remotePort } of neighbours) {
    byPort.set(port, [...(byPort.get(port) ?? []), `${name || chassis} ${remotePort}`.trim()])
  }
  const rows = [...byPort].map(([port, others]) => ({
    point: {
      id: pointIdOf('neighbour.{index}', port),
      class: 'neighbour',
      instance: port,
      name: 'Neighbour',
      unit: '',
    },
    value: others.sort().join(', ').slice(0, 200),
  }))
  return { points: rows.map((it) => it.point), values: Object.fromEntries(rows.map((it) => [it.point.id, it.value])) }
}

function textAt(column: ReadonlyMap<string, Varbind>, index: string): string {
  const found = column.get(index)
  return found === undefined ? '' : textOf(found)
}

function idText(
  id: Varbind | undefined,
  subtype: Varbind | undefined,
  kinds: { mac: number; network: number },
): string {
  if (id === undefined) return ''
  if (id.type !== 'octets') return textOf(id)
  const kind = subtype?.type === 'integer' ? subtype.value : 0
  if (kind === kinds.mac && id.value.length === 6) return hexOf(id.value)
  // A network address starts with its family (1: IPv4).
  if (kind === kinds.network && id.value.length === 5 && id.value[0] === 1) return [...id.value.subarray(1)].join('.')
  return textOf(id)
}

/** lldpRemManAddrTable has the address in its index: row of the remote table, family, length, bytes. IPv4 only. */
function addressesOf(indexes: readonly string[]): Map<string, string> {
  const found = indexes.flatMap((it) => {
    const arcs = it.split('.')
    const [family, length, ...bytes] = arcs.slice(3)
    return family === '1' && length === '4' && bytes.length === 4
      ? [[arcs.slice(0, 3).join('.'), bytes.join('.')] as const]
      : []
  })
  return new Map(found)
}
