import { StewardError } from '@steward/shared/errors'
import type { Kysely } from 'kysely'
import { type InventoryTables, listSites } from '../inventory/index.ts'

/** A recipient for a site that is not there would never be told anything: a mistyped site is refused where it is entered. */
export async function refuseUnknownSites(
  db: Kysely<unknown>,
  sites: readonly string[],
  it: { coming?: readonly string[]; at?: string } = {},
): Promise<void> {
  if (sites.length === 0) return
  const known = new Set((await listSites(db.withTables<InventoryTables>(), { all: true })).map((site) => site.id))
  const unknown = sites.find((site) => !known.has(site) && it.coming?.includes(site) !== true)
  if (unknown === undefined) return
  throw new StewardError('input/invalid', `${it.at ?? ''}sites: there is no site "${unknown}".`)
}
