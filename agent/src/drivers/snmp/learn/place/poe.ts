/** What each port feeds: POWER-ETHERNET-MIB (RFC 3621), with watts where the maker tells them. */
import { type TopologyFindings, topologyLimits } from '@steward/shared/topology'
import type { Ask } from '../../ask.ts'
import { numberOf } from '../../read/raw-text.ts'
import type { PlacePorts } from './ports.ts'

export const psePortTable = '1.3.6.1.2.1.105.1.1.1'
/** CISCO-POWER-ETHERNET-EXT-MIB, cpeExtPsePortPwrConsumption: mW, by the same index. */
const ciscoMilliwatts = '1.3.6.1.4.1.9.9.402.1.2.1.9'
type State = TopologyFindings['poe'][number]['state']

/** pethPsePortDetectionStatus */
const states: Readonly<Record<number, State>> = { 1: 'off', 2: 'searching', 3: 'delivering', 4: 'fault', 6: 'fault' }

/** Row: group (a member of a stack), port of it. How these are called elsewhere, no standard says. `pointAt`: the point that reads an OID. */
export async function learnPoe(
  ask: Ask,
  ports: PlacePorts,
  pointAt: (oid: string) => string | undefined,
): Promise<TopologyFindings['poe']> {
  const rows = await ask.column(`${psePortTable}.6`)
  if (rows.size === 0) return []
  const milliwatts = await ask.column(ciscoMilliwatts)
  const groups = new Set([...rows.keys()].map((it) => it.split('.')[0]))
  return [...rows].slice(0, topologyLimits.ports).flatMap(([index, varbind]) => {
    const [group = 0, number = 0] = index.split('.').map(Number)
    const port = portOf(ports, group, number, groups.size === 1)
    const state = states[numberOf(varbind) ?? 0]
    const used = milliwatts.get(index)
    const point = pointAt(`${psePortTable}.6.${index}`)
    const watts = used === undefined ? null : numberOf(used)
    if (port === undefined || state === undefined) return []
    const told = watts === null ? {} : { watts: Math.min(1000, Math.max(0, watts / 1000)) }
    return [{ port, state, ...told, ...(point === undefined ? {} : { point }) }]
  })
}

/** By a name such as `Gi2/0/7`; else, where there is one group, by the bridge's number. */
function portOf(ports: PlacePorts, group: number, number: number, isOnly: boolean): string | undefined {
  const pattern = new RegExp(`^\\D+${group}/(?:\\d+/)?${number}$`)
  const named = ports.list.filter((it) => pattern.test(it.name))
  if (named.length === 1) return named[0]?.name
  return isOnly ? ports.ofBridgePort(number) : undefined
}
