import type { TopologyFindings } from '@steward/shared/topology'

/** What a device told over all its connections, in their order: of each list the first that says something. */
export function mergedTopology(told: readonly TopologyFindings[]): TopologyFindings {
  const list = <Name extends 'macs' | 'ports' | 'neighbours' | 'forwarding' | 'arp' | 'poe'>(
    name: Name,
  ): TopologyFindings[Name] | [] => told.find((it) => it[name].length > 0)?.[name] ?? []
  const channels = told.find((it) => it.channels !== undefined)?.channels
  const readers = told.find((it) => it.readers !== undefined)?.readers
  const gateway = told.find((it) => it.gateway !== undefined)?.gateway
  const stpRoot = told.find((it) => it.stpRoot !== undefined)?.stpRoot
  return {
    macs: list('macs'),
    ports: list('ports'),
    neighbours: list('neighbours'),
    forwarding: list('forwarding'),
    arp: list('arp'),
    poe: list('poe'),
    ...(channels === undefined ? {} : { channels }),
    ...(readers === undefined ? {} : { readers }),
    ...(gateway === undefined ? {} : { gateway }),
    ...(stpRoot === undefined ? {} : { stpRoot }),
  }
}
