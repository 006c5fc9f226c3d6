import type { MaintenanceWindow } from '@steward/shared/model'

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
