import type { SiteModel } from '@steward/shared/diagnosis'
import type { Kysely } from 'kysely'
import { enabledDevicesOf, type InventoryTables, needSite } from '../inventory/index.ts'

/** The model of a site as it is configured now, kept until it changes. */
export type SiteModels = { of(site: string): Promise<SiteModel>; forget(site: string): void }

export function createSiteModels(db: Kysely<InventoryTables>): SiteModels {
  const known = new Map<string, Promise<SiteModel>>()
  return {
    of(site) {
      const model = known.get(site) ?? readModel(db, site)
      known.set(site, model)
      // What could not be read is tried again next time.
      model.catch(() => known.delete(site))
      return model
    },
    forget: (site) => void known.delete(site),
  }
}

async function readModel(db: Kysely<InventoryTables>, id: string): Promise<SiteModel> {
  const { systems } = await needSite(db, { all: true }, id)
  const devices = await enabledDevicesOf(db, id)
  return {
    systems,
    devices: devices.map(({ id: device, kind, serves, needs }) => ({ id: device, kind, serves, needs })),
  }
}
