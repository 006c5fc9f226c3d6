import type { MaintenanceEntry } from '@steward/shared/api'
import { endOf } from '@steward/shared/maintenance'
import type { Kysely } from 'kysely'
import type { Scope } from '../access/index.ts'
import { windowOf } from './maintenance.ts'
import type { InventoryTables } from './schema.ts'

const keptMs = 90 * 86_400_000
const most = 5000

/** The windows of every site of the scope (or of one of them), but those that are long over; by site, earliest first. */
export async function maintenanceOfSites(
  db: Kysely<InventoryTables>,
  scope: Scope,
  it: { site?: string | undefined; now: number },
): Promise<MaintenanceEntry[]> {
  let query = db
    .selectFrom('maintenance')
    .innerJoin('sites', 'sites.id', 'maintenance.site')
    .selectAll('maintenance')
    .select(['sites.name as site_name', 'sites.timezone'])
    .where('maintenance.to_at', '>', it.now - keptMs)
  if (!scope.all) query = query.where('sites.customer', 'in', [...scope.customers])
  if (it.site !== undefined) query = query.where('maintenance.site', '=', it.site)
  const rows = await query
    .orderBy('sites.name')
    .orderBy('maintenance.from_at')
    .orderBy('maintenance.id')
    .limit(most)
    .execute()
  return rows
    .map((row) => {
      const { site, site_name: siteName, timezone, created_by: by } = row
      return { ...windowOf(row), site, siteName, timezone, by }
    })
    .filter((window) => (endOf(window, window.timezone) ?? Number.POSITIVE_INFINITY) > it.now - keptMs)
}
