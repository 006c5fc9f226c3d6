/** Brings customers, sites and devices to what a document says, all or nothing, and tells every difference. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ApplyChange, ApplyDocument } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { DeviceModel } from '@steward/shared/model'
import type { Kysely } from 'kysely'
import type { z } from 'zod'
import { covers, type Scope } from '../access/index.ts'
import { checkDevices } from './consistency.ts'
import { findCustomer, putCustomer } from './customers.ts'
import { devicesOf, putDevice } from './devices.ts'
import type { InventoryTables } from './schema.ts'
import { findSite, putSite } from './sites.ts'

type Db = Kysely<InventoryTables>
type Change = z.output<typeof ApplyChange>
/** What was changed, with the customer whose it is. */
type Changed = { customer: string; id: string }
export type ApplyOutcome = { changes: Change[]; changedSites: Changed[]; changedCustomers: string[] }

/** Ends the transaction of a dry run: everything was tried for real, nothing stays. */
class DryRun extends Error {}

/** The fields in which two things differ, as JSON texts; `before` null: all of `after`. */
export function differences(before: object | null, after: object): Change['fields'] {
  const old: Record<string, unknown> = { ...before }
  const entries: [string, unknown][] = Object.entries(after)
  return entries
    .filter(([field, value]) => JSON.stringify(old[field]) !== JSON.stringify(value))
    .map(([field, value]) => ({
      field,
      from: old[field] === undefined ? '' : JSON.stringify(old[field]),
      to: JSON.stringify(value) ?? '',
    }))
}

function changeOf(kind: Change['kind'], id: string, before: object | null, after: object): Change {
  const fields = before === null ? [] : differences(before, after)
  return { kind, id, fields, action: before === null ? 'create' : fields.length > 0 ? 'update' : 'unchanged' }
}

function demand(scope: Scope, customer: string, what: string): void {
  if (!covers(scope, customer))
    throw new StewardError('access/forbidden', `${what}: this customer is not yours to configure.`)
}

export async function applyInventory(
  db: Db,
  scope: Scope,
  document: ApplyDocument,
  options: { dryRun: boolean; now: number },
): Promise<ApplyOutcome> {
  const changes: Change[] = []
  const changedSites: Changed[] = []
  const changedCustomers: string[] = []
  const write = async (within: Db): Promise<void> => {
    for (const customer of document.customers) {
      demand(scope, customer.id, `customer ${customer.id}`)
      const change = changeOf('customer', customer.id, await findCustomer(within, customer.id), customer)
      if (change.action !== 'unchanged') {
        await putCustomer(within, customer, options.now)
        changedCustomers.push(customer.id)
      }
      changes.push(change)
    }
    for (const site of document.sites) {
      const done = await applySite(within, scope, site, options.now)
      changes.push(...done)
      if (done.some((it) => it.action !== 'unchanged')) changedSites.push({ id: site.id, customer: site.customer })
    }
    if (options.dryRun) throw new DryRun()
  }
  try {
    await db.transaction().execute(write)
  } catch (error) {
    if (!(error instanceof DryRun)) throw error
  }
  return { changes, changedSites, changedCustomers }
}

async function applySite(
  db: Db,
  scope: Scope,
  document: ApplyDocument['sites'][number],
  now: number,
): Promise<Change[]> {
  const { devices, ...site } = document
  demand(scope, site.customer, `site ${site.id}`)
  const before = await findSite(db, { all: true }, site.id)
  if (before !== null) demand(scope, before.customer, `site ${site.id}`)
  const change = changeOf('site', site.id, before, site)
  if (change.action !== 'unchanged') await putSite(db, site, now)
  return [change, ...(await applyDevices(db, site, devices, now))]
}

/** Devices compared between two turns of the event loop. */
const comparedAtOnce = 200

/** Puts devices into a site; those that are there and not named stay. The whole must be consistent afterwards. */
export async function applyDevices(
  db: Db,
  site: { id: string; systems: ApplyDocument['sites'][number]['systems'] },
  devices: readonly DeviceModel[],
  now: number,
): Promise<Change[]> {
  const stored = new Map((await devicesOf(db, site.id)).map((it) => [it.config.id, it.config]))
  const seen = new Set<string>()
  const changes: Change[] = []
  for (const [index, device] of devices.entries()) {
    if (index % comparedAtOnce === comparedAtOnce - 1) await nextTurn()
    if (seen.has(device.id)) throw new StewardError('input/invalid', `device ${device.id}: stands there twice.`)
    seen.add(device.id)
    const known = stored.get(device.id)
    const change = changeOf('device', device.id, known === undefined ? null : { ...known }, device)
    if (change.action !== 'unchanged') await putDevice(db, site.id, device, now)
    stored.set(device.id, device)
    changes.push(change)
  }
  checkDevices(site.systems, [...stored.values()])
  return changes
}
