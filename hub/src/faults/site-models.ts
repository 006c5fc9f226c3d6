import { setImmediate as nextTurn } from 'node:timers/promises'
import { SiteModel } from '@steward/shared/diagnosis'
import type { Kysely } from 'kysely'
import { type InventoryTables, needSite } from '../inventory/index.ts'

/** Devices read in one go; the event loop is given back in between. */
const atATime = 200

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
  const site = await needSite(db, { all: true }, id)
  const rows = await db
    .selectFrom('devices')
    .select('config')
    .where('site', '=', id)
    .where('enabled', '=', 1)
    .orderBy('id')
    .execute()
  const devices: SiteModel['devices'] = []
  for (let from = 0; from < rows.length; from += atATime) {
    const some = rows.slice(from, from + atATime).map((it): unknown => JSON.parse(it.config))
    devices.push(...SiteModel.parse({ devices: some }).devices)
    await nextTurn()
  }
  return { ...SiteModel.parse({ systems: site.systems }), devices }
}
