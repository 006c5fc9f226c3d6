/** What was found in a network, as JSON and as text for people. */
import type { DeviceProposal, FoundDevice } from '@steward/shared/model'
import { table } from './say.ts'

export type DiscoverReport = {
  network: string
  /** `cancelled`: not all addresses were asked */
  ended: 'done' | 'cancelled'
  tookMs: number
  devices: (FoundDevice & { proposal: DeviceProposal })[]
}

export function reportOf(
  search: Pick<DiscoverReport, 'network' | 'ended' | 'tookMs'>,
  devices: readonly FoundDevice[],
  proposals: readonly DeviceProposal[],
): DiscoverReport {
  const both = devices.flatMap((it, at) => {
    const proposal = proposals[at]
    return proposal === undefined ? [] : [{ ...it, proposal }]
  })
  return { ...search, devices: both }
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
