/** What was found in a network, as JSON and as text for people. */
import type { FoundDevice, Proposals } from '@steward/shared/discovery'
import type { DeviceProposal } from '@steward/shared/model'
import { table } from './say.ts'

export type DiscoverReport = {
  network: string
  /** `cancelled`: not all addresses were asked */
  ended: 'done' | 'cancelled'
  tookMs: number
  devices: (Omit<FoundDevice, 'topology'> & { proposal: DeviceProposal })[]
  /** who needs whom, and what speaks for it */
  links: Proposals['links']
}

export function reportOf(
  search: Pick<DiscoverReport, 'network' | 'ended' | 'tookMs'>,
  devices: readonly FoundDevice[],
  proposals: Proposals,
): DiscoverReport {
  const both = devices.flatMap(({ topology: _tables, ...it }, at) => {
    const proposal = proposals.devices[at]
    return proposal === undefined ? [] : [{ ...it, proposal }]
  })
  return { ...search, devices: both, links: proposals.links }
}

export function textOf({ network, ended, tookMs, devices }: DiscoverReport): string {
  const seconds = (tookMs / 1000).toFixed(1)
  const head = `${network}: ${devices.length} found in ${seconds} s${ended === 'cancelled' ? ', ended early' : ''}`
  if (devices.length === 0) return `${head}\n`
  const rows = devices.map(({ address, identity, connections, openPorts, proposal }) => [
    address,
    proposal.kind,
    [identity.vendor, identity.model]
      .filter((it) => it !== undefined)
      .join(' ')
      .slice(0, 36) || '-',
    connections.map((it) => `${it.driver}:${it.port}`).join(' ') || openPorts.map((it) => `tcp:${it}`).join(' ') || '-',
    proposal.id,
    proposal.function ?? '-',
    proposal.needs.map((it) => it.join(' or ')).join(', ') || '-',
  ])
  const titles = ['ADDRESS', 'KIND', 'DEVICE', 'SPEAKS', 'PROPOSED', 'SERVES', 'NEEDS']
  return `${head}\n\n${table([titles, ...rows])}\n`
}
