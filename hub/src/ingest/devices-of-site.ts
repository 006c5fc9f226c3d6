import type { Kysely } from 'kysely'
import type { HubEvents } from '../events.ts'
import type { InventoryTables } from '../inventory/index.ts'

/** Names of a site's devices, kept until its configuration changes: every record is checked against them. */
export type DevicesOfSite = { of(site: string): Promise<ReadonlySet<string>>; stop(): void }

export function createDevicesOfSite(db: Kysely<InventoryTables>, events: HubEvents): DevicesOfSite {
  const known = new Map<string, Promise<ReadonlySet<string>>>()
  const stop = events.on('config-changed', ({ site }) => known.delete(site))
  return {
    stop,
    of(site) {
      const devices = known.get(site) ?? readDevices(db, site)
      known.set(site, devices)
      // What could not be read is tried again next time.
      devices.catch(() => known.delete(site))
      return devices
    },
  }
}

async function readDevices(db: Kysely<InventoryTables>, site: string): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('devices').select('id').where('site', '=', site).execute()
  return new Set(rows.map((it) => it.id))
}
