/** Learns where a target is in the network: what it tells of its neighbours, and what it has seen of others. */
import { isStewardError } from '@steward/shared/errors'
import { TopologyFindings, topologyLimits } from '@steward/shared/topology'
import type { PortSummary } from '../../../contract.ts'
import type { Ask } from '../../ask.ts'
import { lldpRemoteTable } from '../neighbours.ts'
import { forwardingTables, learnForwarding } from './forwarding.ts'
import { cdpCacheTable, learnCdp, learnLldp } from './neighbours.ts'
import { learnPoe, psePortTable } from './poe.ts'
import { learnPlacePorts } from './ports.ts'
import { arpTables, learnArp, learnGateway, learnSpanningRoot } from './tables.ts'

/** Tables that are asked for only where they are. */
export const placeTables: readonly string[] = [
  lldpRemoteTable,
  cdpCacheTable,
  forwardingTables.byVlan,
  forwardingTables.plain,
  arpTables.media,
  arpTables.physical,
  psePortTable,
]

/** A switch that is slow to tell its tables is still to be read in time: what is not asked for by then is left for another hour. */
const budgetMs = 20_000

/** `pointAt`: the point that reads an OID at each poll. A table that cannot be read, or is not answered, is left out. Throws StewardError when the target refuses or cannot be reached. */
export async function learnPlace(
  ask: Ask,
  present: ReadonlySet<string>,
  summaries: readonly PortSummary[],
  pointAt: (oid: string) => string | undefined,
): Promise<TopologyFindings> {
  const startedAt = performance.now()
  const learn = async <T>(instead: T, how: () => Promise<T>): Promise<T> => {
    if (performance.now() - startedAt > budgetMs) return instead
    try {
      return await how()
    } catch (error) {
      if (isStewardError(error, 'driver/protocol') || isStewardError(error, 'driver/timeout')) return instead
      throw error
    }
  }
  const has = (...tables: readonly string[]): boolean => tables.some((it) => present.has(it))
  const ports = await learn(null, () => learnPlacePorts(ask, summaries))
  if (ports === null) return TopologyFindings.parse({})
  const isBridge = has(forwardingTables.byVlan, forwardingTables.plain)
  const lldp = has(lldpRemoteTable) ? await learn([], () => learnLldp(ask, ports)) : []
  const cdp = has(cdpCacheTable) ? await learn([], () => learnCdp(ask, ports)) : []
  const poe = has(psePortTable) ? await learn([], () => learnPoe(ask, ports, pointAt)) : []
  const forwarding = isBridge ? await learn([], () => learnForwarding(ask, ports)) : []
  const arp = has(arpTables.media, arpTables.physical) ? await learn([], () => learnArp(ask)) : []
  const gateway = await learn(null, () => learnGateway(ask))
  const stpRoot = isBridge ? await learn(null, () => learnSpanningRoot(ask)) : null
  return {
    macs: ports.macs,
    ports: ports.list,
    neighbours: [...lldp, ...cdp].slice(0, topologyLimits.neighbours),
    forwarding,
    arp,
    poe,
    ...(gateway === null ? {} : { gateway }),
    ...(stpRoot === null ? {} : { stpRoot }),
  }
}
