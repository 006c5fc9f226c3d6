import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Discovery, DiscoveryFailure, type DiscoveryState } from '@steward/shared/api'
import { FoundDevice } from '@steward/shared/discovery'
import type { Kysely, Selectable } from 'kysely'
import type { InventoryTables } from '../inventory/index.ts'
import type { DiscoveryTables } from './schema.ts'

export type Db = Kysely<DiscoveryTables & InventoryTables>

/** Rows read between two turns of the event loop; a switch's tables are long. */
const readAtOnce = 50

/** A /16 full of devices is more than anybody accepts one by one; what comes after is left out. */
export const maxFound = 5000

/** Forgets the search before and begins a new one. */
export async function putSearch(
  db: Db,
  search: { site: string; network: string; startedAt: number; startedBy: string },
): Promise<void> {
  const { site, network, startedAt, startedBy } = search
  const begun = { network, state: 'running', started_at: startedAt, started_by: startedBy }
  const fresh = { ...begun, ended_at: null, asked: 0, to_ask: 0, why: null }
  await db.transaction().execute(async (within) => {
    await within.deleteFrom('discovered').where('site', '=', site).execute()
    await within
      .insertInto('discoveries')
      .values({ site, ...fresh })
      .onConflict((it) => it.column('site').doUpdateSet(fresh))
      .execute()
  })
}

/** Keeps what came since the last time, in one transaction. */
export async function keepFound(
  db: Db,
  site: string,
  progress: { asked: number; toAsk: number },
  found: readonly FoundDevice[],
): Promise<void> {
  await db.transaction().execute(async (within) => {
    await within
      .updateTable('discoveries')
      .set({ asked: progress.asked, to_ask: progress.toAsk })
      .where('site', '=', site)
      .execute()
    for (const device of found) {
      const values = { found: JSON.stringify(device) }
      await within
        .insertInto('discovered')
        .values({ site, address: device.address, ...values })
        .onConflict((it) => it.columns(['site', 'address']).doUpdateSet(values))
        .execute()
    }
  })
}

export async function endSearch(
  db: Db,
  site: string,
  end: { state: Exclude<DiscoveryState, 'running'>; at: number; why: DiscoveryFailure | null },
): Promise<void> {
  await db
    .updateTable('discoveries')
    .set({ state: end.state, ended_at: end.at, why: end.why })
    .where('site', '=', site)
    .where('state', '=', 'running')
    .execute()
}

/** What was running when the hub ended did not go on without it. */
export async function endAllSearches(db: Db, at: number): Promise<void> {
  await db
    .updateTable('discoveries')
    .set({ state: 'failed', ended_at: at, why: 'hub-restarted' satisfies DiscoveryFailure })
    .where('state', '=', 'running')
    .execute()
}

export async function searchOf(db: Db, site: string): Promise<Discovery | null> {
  const row = await db.selectFrom('discoveries').selectAll().where('site', '=', site).executeTakeFirst()
  if (row === undefined) return null
  const { count } = await db
    .selectFrom('discovered')
    .select((it) => it.fn.countAll<number>().as('count'))
    .where('site', '=', site)
    .executeTakeFirstOrThrow()
  return fromRow(row, count)
}

export async function foundAt(db: Db, site: string): Promise<FoundDevice[]> {
  const rows = await db.selectFrom('discovered').select('found').where('site', '=', site).execute()
  const found: FoundDevice[] = []
  for (const [at, row] of rows.entries()) {
    if (at % readAtOnce === readAtOnce - 1) await nextTurn()
    const device = FoundDevice.safeParse(JSON.parse(row.found))
    // What another version wrote is found anew by the next search.
    if (device.success) found.push(device.data)
  }
  return found
}

function fromRow(row: Selectable<DiscoveryTables['discoveries']>, found: number): Discovery {
  return {
    network: row.network,
    state: stateOf(row.state),
    startedAt: new Date(row.started_at).toISOString(),
    startedBy: row.started_by,
    endedAt: row.ended_at === null ? null : new Date(row.ended_at).toISOString(),
    asked: row.asked,
    toAsk: row.to_ask,
    found,
    why: DiscoveryFailure.nullable().catch('broken').parse(row.why),
  }
}

function stateOf(text: string): DiscoveryState {
  return text === 'running' || text === 'done' || text === 'cancelled' ? text : 'failed'
}
