import { setImmediate as nextTurn } from 'node:timers/promises'
import { StewardError } from '@steward/shared/errors'
import { DeviceModel, DeviceState, Identity, Text } from '@steward/shared/model'
import { type Kysely, type Selectable, sql } from 'kysely'
import { covers, type Scope } from '../access/index.ts'
import type { InventoryTables } from './schema.ts'

type Db = Kysely<InventoryTables>

/** A device as it is configured, with what its agent last told of it. `secret`: `unknown` until the agent told. */
export type StoredDevice = {
  site: string
  config: DeviceModel
  state: DeviceState
  sinceAt: number | null
  reason: Text | null
  identity: Identity
  secret: string
}

/** What a search looks into; serial numbers and models are in the identity. */
const searched = ['devices.id', 'devices.name', 'devices.address', 'devices.identity'] as const

function fromRow(row: Selectable<InventoryTables['devices']>): StoredDevice {
  return {
    site: row.site,
    config: DeviceModel.parse(JSON.parse(row.config)),
    state: DeviceState.parse(row.state),
    sinceAt: row.since,
    reason: row.reason === null ? null : Text.parse(JSON.parse(row.reason)),
    identity: Identity.parse(JSON.parse(row.identity)),
    secret: row.secret,
  }
}

/** Rows read between two turns of the event loop: about 3 ms. */
const rowsAtOnce = 200

export async function devicesOf(db: Db, site: string): Promise<StoredDevice[]> {
  const rows = await db.selectFrom('devices').selectAll().where('site', '=', site).orderBy('id').execute()
  return readRows(rows)
}

/**
 * The devices of a site that are looked after, as one consistent model: what needs a device that is switched off is taken
 * to have it, since nobody says that it is missing.
 */
export async function enabledDevicesOf(db: Db, site: string): Promise<DeviceModel[]> {
  const devices = (await devicesOf(db, site)).map((it) => it.config)
  const off = new Set(devices.filter((it) => !it.enabled).map((it) => it.id))
  if (off.size === 0) return devices
  return devices
    .filter((it) => it.enabled)
    .map((it) => ({ ...it, needs: it.needs.filter((alternatives) => !alternatives.some((id) => off.has(id))) }))
}

async function readRows(rows: readonly Selectable<InventoryTables['devices']>[]): Promise<StoredDevice[]> {
  const devices: StoredDevice[] = []
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    if (from > 0) await nextTurn()
    for (const row of rows.slice(from, from + rowsAtOnce)) devices.push(fromRow(row))
  }
  return devices
}

/** The devices of a site that need one, directly. */
export async function devicesNeeding(db: Db, site: string, id: string): Promise<string[]> {
  const rows = await db
    .selectFrom('devices')
    .select('id')
    .where('site', '=', site)
    .where(
      sql<boolean>`exists (select 1 from json_each(config, '$.needs') as need, json_each(need.value) as one where one.value = ${id})`,
    )
    .orderBy('id')
    .execute()
  return rows.map((it) => it.id)
}

export type DeviceFilter = {
  site?: string | undefined
  state?: string | undefined
  kind?: string | undefined
  system?: string | undefined
  q?: string | undefined
}

/** One page of the devices in the scope, by site and id; `after` is the last of the page before, `site:device`. */
export async function listDevices(
  db: Db,
  scope: Scope,
  filter: DeviceFilter,
  page: { limit: number; after: string | null },
): Promise<StoredDevice[]> {
  let query = db
    .selectFrom('devices')
    .innerJoin('sites', 'sites.id', 'devices.site')
    .selectAll('devices')
    .orderBy('devices.site')
    .orderBy('devices.id')
    .limit(page.limit)
  if (!scope.all) query = query.where('sites.customer', 'in', [...scope.customers])
  if (filter.site !== undefined) query = query.where('devices.site', '=', filter.site)
  if (filter.state !== undefined) query = query.where('devices.state', '=', filter.state)
  if (filter.kind !== undefined) query = query.where('devices.kind', '=', filter.kind)
  if (filter.system !== undefined) {
    // A function is written system/function, and a slug has no characters that are special here.
    const first = `${filter.system}/`
    query = query.where(
      sql<boolean>`exists (select 1 from json_each(devices.config, '$.serves') as it where substr(it.value ->> 'function', 1, ${first.length}) = ${first})`,
    )
  }
  if (filter.q !== undefined) {
    const like = `%${filter.q.replace(/[\\%_]/g, '\\$&')}%`
    query = query.where((it) =>
      it.or(searched.map((column) => it(it.fn<string>('lower', [column]), 'like', like.toLowerCase()))),
    )
  }
  if (page.after !== null) {
    const [site = '', id = ''] = page.after.split(':')
    query = query.where((it) =>
      it.or([it('devices.site', '>', site), it.and([it('devices.site', '=', site), it('devices.id', '>', id)])]),
    )
  }
  return readRows(await query.execute())
}

/**
 * The device that `site:device`, or `device` alone, names within the scope. Throws `input/not-found`, or `input/conflict`
 * naming the choices where a name alone is not enough.
 */
export async function needDevice(db: Db, scope: Scope, ref: string): Promise<StoredDevice> {
  const [first = '', second] = ref.split(':')
  const id = second ?? first
  let query = db
    .selectFrom('devices')
    .innerJoin('sites', 'sites.id', 'devices.site')
    .selectAll('devices')
    .select('sites.customer')
    .where('devices.id', '=', id)
    .orderBy('devices.site')
    .limit(20)
  if (second !== undefined) query = query.where('devices.site', '=', first)
  if (!scope.all) query = query.where('sites.customer', 'in', [...scope.customers])
  const rows = (await query.execute()).filter((it) => covers(scope, it.customer))
  const [row, another] = rows
  if (row === undefined) throw new StewardError('input/not-found', `There is no device "${ref}".`)
  if (another !== undefined) {
    throw new StewardError(
      'input/conflict',
      `"${ref}" is at several sites; write one of: ${rows.map((it) => `${it.site}:${it.id}`).join(', ')}.`,
    )
  }
  return fromRow(row)
}

export async function putDevice(db: Db, site: string, config: DeviceModel, now: number): Promise<void> {
  const values = {
    name: config.name ?? config.id,
    kind: config.kind,
    address: config.address ?? null,
    config: JSON.stringify(config),
    enabled: config.enabled ? 1 : 0,
  }
  await db
    .insertInto('devices')
    .values({
      site,
      id: config.id,
      ...values,
      created_at: now,
      state: 'unknown',
      since: null,
      reason: null,
      identity: '{}',
      secret: 'unknown',
    })
    .onConflict((it) => it.columns(['site', 'id']).doUpdateSet(values))
    .execute()
}

export async function removeDevice(db: Db, site: string, id: string): Promise<void> {
  await db.deleteFrom('devices').where('site', '=', site).where('id', '=', id).execute()
}
