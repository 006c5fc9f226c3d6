import { SiteInput } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { Kysely, Selectable } from 'kysely'
import { covers, type Scope } from '../access/index.ts'
import { checkSystems } from './consistency.ts'
import type { InventoryTables } from './schema.ts'

type Db = Kysely<InventoryTables>

function fromRow(row: Selectable<InventoryTables['sites']>): SiteInput {
  const { id, name, customer, timezone, address } = row
  return SiteInput.parse({
    id,
    name,
    customer,
    timezone,
    address,
    settings: JSON.parse(row.settings),
    systems: JSON.parse(row.systems),
  })
}

/** Every site of the scope, by name. */
export async function listSites(db: Db, scope: Scope): Promise<SiteInput[]> {
  let query = db.selectFrom('sites').selectAll().orderBy('name')
  if (!scope.all) query = query.where('customer', 'in', [...scope.customers])
  return (await query.execute()).map(fromRow)
}

/** The site, or null where there is none in the scope. */
export async function findSite(db: Db, scope: Scope, id: string): Promise<SiteInput | null> {
  const row = await db.selectFrom('sites').selectAll().where('id', '=', id).executeTakeFirst()
  return row !== undefined && covers(scope, row.customer) ? fromRow(row) : null
}

/** The same, or `input/not-found`: what is not there and what is not yours look alike. */
export async function needSite(db: Db, scope: Scope, id: string): Promise<SiteInput> {
  const site = await findSite(db, scope, id)
  if (site === null) throw new StewardError('input/not-found', `There is no site "${id}".`)
  return site
}

export async function putSite(db: Db, site: SiteInput, now: number): Promise<void> {
  checkSystems(site.systems)
  const customer = await db.selectFrom('customers').select('id').where('id', '=', site.customer).executeTakeFirst()
  if (customer === undefined)
    throw new StewardError('input/invalid', `customer: there is no customer "${site.customer}".`)
  const { id, name, timezone, address } = site
  const values = {
    name,
    customer: site.customer,
    timezone,
    address,
    settings: JSON.stringify(site.settings),
    systems: JSON.stringify(site.systems),
  }
  await db
    .insertInto('sites')
    .values({ id, ...values, created_at: now })
    .onConflict((it) => it.column('id').doUpdateSet(values))
    .execute()
}

/** Removes a site with its devices and their history. */
export async function removeSite(db: Db, id: string): Promise<void> {
  await db.transaction().execute(async (within) => {
    await within.deleteFrom('device_states').where('site', '=', id).execute()
    await within.deleteFrom('sites').where('id', '=', id).execute()
  })
}
