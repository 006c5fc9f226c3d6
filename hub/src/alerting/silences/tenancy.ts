/** Whose a silence is: that of the customer whose faults it is about. */
import type { Silence, SilenceScope, SiteInput } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { Kysely } from 'kysely'
import { covers, type Scope } from '../../access/index.ts'
import { findSite, type InventoryTables, listCustomers, listSites, needSite } from '../../inventory/index.ts'
import type { StoredSilence } from './cover.ts'

type Db = Kysely<InventoryTables>

/** What a silence is about, as its customer and its sites with their zones. */
export type Target = { customer: string | null; sites: string[]; site: string | null; timezones: string[] }

/** What a scope is about; nothing where it is gone. */
export async function targetOf(db: Db, scope: SilenceScope): Promise<Target> {
  if (scope.kind === 'customer') {
    const sites = await listSites(db, { all: false, customers: [scope.customer] })
    return { customer: scope.customer, sites: sites.map((it) => it.id), site: null, timezones: zonesOf(sites) }
  }
  const site = await findSite(db, { all: true }, scope.site)
  return {
    customer: site?.customer ?? null,
    sites: [scope.site],
    site: scope.site,
    timezones: zonesOf(site === null ? [] : [site]),
  }
}

const zonesOf = (sites: readonly { timezone: string }[]): string[] => [...new Set(sites.map((it) => it.timezone))]

/** The same where it is there and the caller's; else `input/not-found` or `input/invalid`. */
export async function needTarget(db: Db, caller: Scope, scope: SilenceScope): Promise<Target> {
  if (scope.kind === 'customer') {
    const isTheirs =
      covers(caller, scope.customer) && (await listCustomers(db, caller)).some((it) => it.id === scope.customer)
    if (!isTheirs) throw new StewardError('input/not-found', `There is no customer "${scope.customer}".`)
    return targetOf(db, scope)
  }
  const site = await needSite(db, caller, scope.site)
  if (scope.kind === 'system') needSystem(site, scope.system)
  if (scope.kind === 'device' && !(await namesOf(db, [scope])).has(`${scope.site}:${scope.device}`)) {
    throw new StewardError('input/invalid', `device: "${scope.device}" is no device of ${site.id}.`)
  }
  return targetOf(db, scope)
}

function needSystem(site: SiteInput, system: string): void {
  if (site.systems.some((it) => it.id === system)) return
  throw new StewardError('input/invalid', `system: "${system}" is no system of ${site.id}.`)
}

/** Silences as people see them, of the caller's customers and sites only, with the names of what they are about. */
export async function describeSilences(db: Db, caller: Scope, silences: readonly StoredSilence[]): Promise<Silence[]> {
  if (silences.length === 0) return []
  const customers = new Map((await listCustomers(db, caller)).map((it) => [it.id, it.name]))
  const sites = new Map((await listSites(db, caller)).map((it) => [it.id, it]))
  const devices = await namesOf(
    db,
    silences.map((it) => it.scope),
  )
  const nameOf = (scope: SilenceScope): string | undefined => {
    if (scope.kind === 'customer') return customers.get(scope.customer)
    const site = sites.get(scope.site)
    if (site === undefined || scope.kind === 'site') return site?.name
    if (scope.kind === 'device') return devices.get(`${scope.site}:${scope.device}`) ?? scope.device
    return site.systems.find((it) => it.id === scope.system)?.name ?? scope.system
  }
  return silences.flatMap(({ from, to, repeats, levels, cuts, ...rest }) => {
    const name = nameOf(rest.scope)
    if (name === undefined) return []
    const timezone = rest.scope.kind === 'customer' ? null : (sites.get(rest.scope.site)?.timezone ?? null)
    const once = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
    const times = repeats === null ? once : { repeats }
    return [{ ...rest, ...times, levels: [...levels], cuts: [...cuts], name, timezone }]
  })
}

/** `site:device` → what the device is called. */
async function namesOf(db: Db, scopes: readonly SilenceScope[]): Promise<Map<string, string>> {
  const devices = scopes.flatMap((it) => (it.kind === 'device' ? [it] : []))
  if (devices.length === 0) return new Map()
  const rows = await db
    .selectFrom('devices')
    .select(['site', 'id', 'name'])
    .where('site', 'in', [...new Set(devices.map((it) => it.site))])
    .where('id', 'in', [...new Set(devices.map((it) => it.device))])
    .execute()
  return new Map(rows.map((it) => [`${it.site}:${it.id}`, it.name]))
}
