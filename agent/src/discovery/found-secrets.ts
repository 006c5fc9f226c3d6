/**
 * Which community opened which address in a search: when a device there is looked after from then on, it gets that one as its own
 * secret, so that nobody enters it again. Kept in memory, and told nobody.
 */
import type { DeviceModel } from '@steward/shared/model'

export type FoundSecrets = {
  opened(address: string, community: string): void
  /** What devices without a secret are to get, each once. */
  adopt(devices: readonly DeviceModel[], hasNone: (device: string, address: string) => boolean): Adopted[]
}

export type Adopted = { device: string; address: string; community: string }

const maxKept = 5000

export function createFoundSecrets(): FoundSecrets {
  const known = new Map<string, string>()
  return {
    opened(address, community) {
      if (known.size < maxKept || known.has(address)) known.set(address, community)
    },
    adopt(devices, hasNone) {
      if (known.size === 0) return []
      return devices.flatMap(({ id, address, connections }) => {
        const community = known.get(address ?? '')
        const isAsked = connections.some((it) => it.driver === 'snmp' && it.version !== 'v3')
        if (address === undefined || community === undefined || !isAsked || !hasNone(id, address)) return []
        known.delete(address)
        return [{ device: id, address, community }]
      })
    },
  }
}
