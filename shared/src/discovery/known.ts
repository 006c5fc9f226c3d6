import type { DeviceModel, SystemModel } from '../model/index.ts'
import type { FoundDevice } from './found.ts'

/** The site as it is now. */
export type SiteNow = { systems: readonly SystemModel[]; devices: readonly DeviceModel[] }

/** The device of the site that has this address already; null where there is none. */
export function knownDevice({ devices }: SiteNow, { address }: Pick<FoundDevice, 'address'>): string | null {
  return devices.find((it) => it.address === address)?.id ?? null
}
