/** A target's ports, and how each of its tables calls them: by ifIndex, by the bridge's own numbers, by LLDP's. */
import { topologyLimits } from '@steward/shared/topology'
import type { PortSummary } from '../../../contract.ts'
import type { Ask } from '../../ask.ts'
import { hexOf, numberOf, textOf } from '../../read/raw-text.ts'
import { localPortTable } from '../neighbours.ts'

const ifDescr = '1.3.6.1.2.1.2.2.1.2'
const ifPhysAddress = '1.3.6.1.2.1.2.2.1.6'
const ifAlias = '1.3.6.1.2.1.31.1.1.1.18'
const dot1dBasePortIfIndex = '1.3.6.1.2.1.17.1.4.1.2'
const dot3adAggPortAttachedAggId = '1.2.840.10006.300.43.1.2.1.1.13'
const dot1dBaseBridgeAddress = '1.3.6.1.2.1.17.1.1.0'
const lldpLocChassisId = '1.0.8802.1.1.2.1.3.2.0'

const maxNameLength = 200

export type PlacePorts = {
  list: { name: string; index: number; label: string; up: boolean | null }[]
  macs: string[]
  /** names of the port, or of the bundle (LAG) that it is part of; undefined where there is no such port */
  ofIndex(ifIndex: number): string | undefined
  ofBridgePort(port: number): string | undefined
  ofLldp(local: string): string | undefined
}

/** `ports` as learned from IF-MIB. Throws StewardError when the target falls silent. */
export async function learnPlacePorts(ask: Ask, ports: readonly PortSummary[]): Promise<PlacePorts> {
  const labels = await ask.column(ifAlias)
  const descriptions = await ask.column(ifDescr)
  const physical = await ask.column(ifPhysAddress)
  const bridgePorts = await ask.column(dot1dBasePortIfIndex)
  const bundles = await ask.column(dot3adAggPortAttachedAggId)
  const localIds = await ask.column(`${localPortTable}.3`)
  const localNames = await ask.column(`${localPortTable}.4`)
  const scalars = await ask.get([dot1dBaseBridgeAddress, lldpLocChassisId])
  const byIndex = new Map(ports.map((it) => [it.index, it.name.slice(0, maxNameLength)]))
  const textAt = (column: Awaited<ReturnType<Ask['column']>>, index: string): string => {
    const found = column.get(index)
    return found === undefined ? '' : textOf(found)
  }
  const ofIndex = (ifIndex: number): string | undefined => {
    const found = bundles.get(String(ifIndex))
    const bundle = found === undefined ? null : numberOf(found)
    return (bundle === null || bundle === 0 ? undefined : byIndex.get(bundle)) ?? byIndex.get(ifIndex)
  }
  /** A name may stand in any of the columns; only one that is a single port's counts. */
  const named = (said: string): number | undefined => {
    const same = ports.filter(
      ({ index, name }) =>
        said !== '' && [name, textAt(descriptions, String(index)), textAt(physical, String(index))].includes(said),
    )
    return same.length === 1 ? same[0]?.index : undefined
  }
  /** Where a bridge does not say which of its ports is which: the one port whose name ends in the number, or has it as its index. */
  const numbered = (port: number): string | undefined => {
    const pattern = new RegExp(`(?:^|\\D)${port}$`)
    const real = ports.filter((it) => !/vlan|loop|null/i.test(it.name))
    const named = real.filter((it) => pattern.test(it.name))
    const found = named.length === 1 ? named[0] : real.find((it) => it.index === port)
    return found === undefined ? undefined : ofIndex(found.index)
  }
  const macs = [...physical.values(), ...scalars.values()].flatMap((it) =>
    it.type === 'octets' ? macOf(it.value) : [],
  )
  return {
    list: ports.slice(0, topologyLimits.ports).map(({ index, name, operUp }) => ({
      name: name.slice(0, maxNameLength),
      index,
      label: textAt(labels, String(index)).slice(0, 200),
      up: operUp,
    })),
    macs: [...new Set(macs)].sort().slice(0, topologyLimits.ports),
    ofIndex,
    ofBridgePort(port) {
      const found = bridgePorts.get(String(port))
      if (found === undefined && bridgePorts.size === 0) return numbered(port)
      const index = found === undefined ? null : numberOf(found)
      return index === null ? undefined : ofIndex(index)
    },
    ofLldp(local) {
      const index = named(textAt(localIds, local)) ?? named(textAt(localNames, local))
      // RouterOS says port 0 of all.
      return local === '0' ? '' : ofIndex(index ?? Number(local))
    },
  }
}

/** One MAC address of a single device: neither empty nor a group's. */
export function macOf(bytes: Buffer): string[] {
  const isGroup = ((bytes[0] ?? 1) & 1) === 1
  return bytes.length !== 6 || isGroup || bytes.every((it) => it === 0) ? [] : [hexOf(bytes)]
}
