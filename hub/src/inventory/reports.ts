/** What agents tell of devices, written by ingest inside its own transaction. */
import { DeviceState, type Identity, type Text } from '@steward/shared/model'
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { InventoryTables } from './schema.ts'

type Db = Kysely<InventoryTables>

/** Files a change of state; one that came late goes into the history without becoming the present. Gives whether it is the present. */
export async function fileState(
  db: Db,
  it: { site: string; device: string; at: number; state: DeviceState; reason: Text | null },
): Promise<boolean> {
  const { site, device, at, state } = it
  const stored = await db
    .insertInto('device_states')
    .values({ site, device, at, state })
    .onConflict((conflict) => conflict.columns(['site', 'device', 'at']).doUpdateSet({ state }))
    .executeTakeFirst()
  const changed = await db
    .updateTable('devices')
    .set({ state, since: at, reason: it.reason === null ? null : JSON.stringify(it.reason) })
    .where('site', '=', site)
    .where('id', '=', device)
    .where((where) => where.or([where('since', 'is', null), where('since', '<=', at)]))
    .executeTakeFirst()
  return stored !== undefined && changed.numUpdatedRows > 0n
}

export async function fileIdentity(db: Db, it: { site: string; device: string; identity: Identity }): Promise<void> {
  await db
    .updateTable('devices')
    .set({ identity: JSON.stringify(it.identity) })
    .where('site', '=', it.site)
    .where('id', '=', it.device)
    .execute()
}

/** `set`/`works` as the agent tells them; the secret itself never comes here. */
export async function fileSecret(
  db: Db,
  it: { site: string; device: string; set: boolean; works: boolean | null },
): Promise<void> {
  const secret = !it.set ? 'missing' : it.works === null ? 'set' : it.works ? 'works' : 'refused'
  await db.updateTable('devices').set({ secret }).where('site', '=', it.site).where('id', '=', it.device).execute()
}

/** Devices of a site become unknown: their agent is silent. Gives those that were not. */
export async function forgetStates(
  db: Db,
  it: { site: string; devices: readonly string[]; at: number; reason: Text },
): Promise<string[]> {
  const { site, at, reason } = it
  const rows = await db
    .updateTable('devices')
    .set({ state: 'unknown', since: at, reason: JSON.stringify(reason) })
    .where('site', '=', site)
    .where(among('id', it.devices))
    .where('state', '!=', 'unknown')
    .returning('id')
    .execute()
  const devices = rows.map((row) => row.id)
  for (const device of devices) {
    await db
      .insertInto('device_states')
      .values({ site, device, at, state: 'unknown' })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  return devices
}

function among(column: 'id' | 'device', devices: readonly string[]) {
  return sql<boolean>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(devices)}))`
}

/**
 * Takes back what `forgetStates` did at `at`: each of these devices that nothing was told of since is what it was told to be last.
 */
export async function recallStates(
  db: Db,
  it: { site: string; devices: readonly string[]; at: number },
): Promise<{ device: string; state: 'up' | 'down' | 'unknown' }[]> {
  const { site, at } = it
  await db
    .deleteFrom('device_states')
    .where('site', '=', site)
    .where(among('device', it.devices))
    .where('at', '=', at)
    .where('state', '=', 'unknown')
    .execute()
  const rows = await db
    .selectFrom('devices')
    .select('id')
    .select((row) =>
      row
        .selectFrom('device_states')
        .select((state) => state.fn<string>('json_object', [sql.lit('at'), 'at', sql.lit('state'), 'state']).as('told'))
        .whereRef('device_states.site', '=', 'devices.site')
        .whereRef('device_states.device', '=', 'devices.id')
        .orderBy('at', 'desc')
        .limit(1)
        .as('told'),
    )
    .where('site', '=', site)
    .where(among('id', it.devices))
    .where('state', '=', 'unknown')
    .where('since', '=', at)
    .execute()
  const recalled = rows.map(({ id, told }) => ({ device: id, ...Told.parse(JSON.parse(told ?? unheard)) }))
  for (const { device, state, at: since } of recalled) {
    await db
      .updateTable('devices')
      .set({ state, since, reason: null })
      .where('site', '=', site)
      .where('id', '=', device)
      .execute()
  }
  return recalled.map(({ device, state }) => ({ device, state }))
}

const Told = z.object({ at: z.number().nullable(), state: DeviceState })
const unheard = '{"at":null,"state":"unknown"}'

/** States from a time on, oldest first, with the one that held at `from` in front; at most 2000. */
export async function statesOf(
  db: Db,
  site: string,
  device: string,
  from: number,
): Promise<{ at: number; state: string }[]> {
  const of = db
    .selectFrom('device_states')
    .select(['at', 'state'])
    .where('site', '=', site)
    .where('device', '=', device)
  const before = await of.where('at', '<', from).orderBy('at', 'desc').executeTakeFirst()
  const after = await of.where('at', '>=', from).orderBy('at', 'desc').limit(2000).execute()
  const rows = after.reverse()
  return before === undefined ? rows : [{ at: from, state: before.state }, ...rows]
}
