/** Searches that the hub asks for: one at a time, and only where this agent may dial. */
import { StewardError } from '@steward/shared/errors'
import type { DeviceModel, DiscoveryRequest } from '@steward/shared/model'
import type { DiscoveryLine } from '@steward/shared/wire'
import type { DeviceSecret, Drivers } from '../drivers/index.ts'
import { canonicalAddress, type NetworkGate, type SitePolicy } from '../vault/index.ts'
import type { KnownConnection } from './contract.ts'
import { search } from './start.ts'

export type HubSearchParts = {
  policy: SitePolicy
  gate: NetworkGate
  /** new ones, which end with the search */
  drivers(): Drivers
  devices(): readonly DeviceModel[]
  secretOf(device: string, address: string): DeviceSecret | null
  /** those that a person at this agent has entered for searches */
  communities(): readonly string[]
  opened(address: string, community: string): void
}

export type HubSearch = (
  request: DiscoveryRequest,
  tell: (line: DiscoveryLine) => void,
  signal: AbortSignal,
) => Promise<void>

/** Throws `input/conflict` while another search runs, `config/address-not-allowed` and `input/invalid` as `search` does. */
export function createHubSearch(parts: HubSearchParts): HubSearch {
  let isRunning = false
  return async (request, tell, signal) => {
    if (isRunning) throw new StewardError('input/conflict', 'This agent searches already; wait for it or cancel it.')
    isRunning = true
    try {
      await search({
        request,
        drivers: parts.drivers(),
        allow: parts.policy.allow,
        gate: parts.gate,
        communities: [...new Set(['public', ...parts.communities()])],
        known: knownDevices(parts),
        signal,
        onOpened: parts.opened,
        onFound: (device) => tell({ type: 'found', device }),
        onProgress: ({ asked, toAsk }) => tell({ type: 'progress', asked, toAsk }),
      })
    } finally {
      isRunning = false
    }
  }
}

/** A secret is bound to its device's address and is offered nowhere else. */
function knownDevices({ devices, secretOf }: HubSearchParts): Map<string, KnownConnection[]> {
  const known = new Map<string, KnownConnection[]>()
  for (const { id, address, connections } of devices()) {
    if (address === undefined) continue
    const secret = secretOf(id, address)
    const at = canonicalAddress(address)
    known.set(at, [...(known.get(at) ?? []), ...connections.map((connection) => ({ connection, secret }))])
  }
  return known
}
