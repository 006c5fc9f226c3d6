import type { DeviceModel, SystemModel } from '../model/index.ts'

/** The site as it is now. */
export type SiteNow = { systems: readonly SystemModel[]; devices: readonly DeviceModel[] }

/** The site's devices by their address. */
export function devicesByAddress({ devices }: SiteNow): ReadonlyMap<string, DeviceModel> {
  return new Map(devices.flatMap((it) => (it.address === undefined ? [] : [[it.address, it] as const])))
}
