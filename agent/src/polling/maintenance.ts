/** Which devices are under maintenance, and when that changes. */
import type { DiagnosisInput } from '@steward/shared/diagnosis'
import type { MaintenanceWindow } from '@steward/shared/model'

type MaintainedSite = { maintenance: readonly MaintenanceWindow[]; devices: ReadonlyMap<string, unknown> }

export type Maintenance = {
  /** What has changed since the last call, for the diagnosis. */
  changesAt(at: number, site: MaintainedSite): DiagnosisInput[]
}

/** `before`: devices that were under maintenance when this program last ran. */
export function createMaintenance(before: readonly string[]): Maintenance {
  let maintained = new Set(before)
  return {
    changesAt(at, { maintenance, devices }) {
      if (maintenance.length === 0 && maintained.size === 0) return []
      const current = underMaintenance(maintenance, [...devices.keys()], at)
      const begun = [...current].filter((it) => !maintained.has(it))
      const over = [...maintained].filter((it) => !current.has(it) && devices.has(it))
      maintained = current
      return [
        ...begun.map((device) => ({ device, maintenance: true })),
        ...over.map((device) => ({ device, maintenance: false })),
      ]
    },
  }
}

/** Devices under maintenance at `at` (ms since 1970): from the first instant of a window up to, not including, its last. */
export function underMaintenance(
  windows: readonly MaintenanceWindow[],
  devices: readonly string[],
  at: number,
): Set<string> {
  const open = windows.filter((it) => Date.parse(it.from) <= at && at < Date.parse(it.to))
  const known = new Set(devices)
  // A window that lists nobody is for the whole site.
  return new Set(open.flatMap((it) => (it.devices.length === 0 ? devices : it.devices.filter((id) => known.has(id)))))
}
