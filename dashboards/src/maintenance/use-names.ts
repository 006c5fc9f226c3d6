import type { MaintenanceEntry } from '@steward/shared/api'
import { isWholeSite } from '@steward/shared/maintenance'
import { useQuery } from '@tanstack/react-query'
import { siteQuery } from '../api/sites.ts'
import { useDevicesById } from '../devices/use-devices-by-id.ts'

/** What people call the systems and devices of a site, by id. */
export type NamesAt = { system: (id: string) => string; device: (id: string) => string }

/** Names of what a window is for; ids stay ids until they are known. What is for a whole site names nothing. */
export function useNamesIn(window: MaintenanceEntry | null): NamesAt {
  const site = window === null || isWholeSite(window) ? null : window.site
  const systems = useQuery({ ...siteQuery(site ?? ''), enabled: site !== null }).data?.systems ?? []
  const devices = useDevicesById(site ?? '')
  return {
    system: (id) => systems.find((it) => it.id === id)?.name ?? id,
    device: (id) => devices.get(id)?.name ?? id,
  }
}
