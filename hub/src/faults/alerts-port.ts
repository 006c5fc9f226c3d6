import { Text } from '@steward/shared/model'
import type { Kysely } from 'kysely'
import type { FaultsPort, KnownFault } from '../alerting/index.ts'
import { findSite, type InventoryTables } from '../inventory/index.ts'
import { addToHistory } from './history.ts'
import { reasonWithHand } from './level-by-hand.ts'
import { describeFaults } from './read.ts'
import { type FaultRow, type FaultsDb, faultRows, systemsOf } from './rows.ts'
import type { FaultTables } from './schema.ts'

/** What alerting has finished with, as this room asks it. */
type ToldTables = { alert_told: { fault: string; done: number } }
type Db = Kysely<FaultTables & InventoryTables & ToldTables>

/** A fault that closed longer ago than this is nobody's news, whatever alerting missed. */
const newsMs = 7 * 86_400_000

/** What alerting decides by. */
export function faultsForAlerts(now: () => number): FaultsPort {
  return {
    async ofSite(trx, site, unfinished) {
      const db: Db = trx.withTables<FaultTables & InventoryTables & ToldTables>()
      const known = await findSite(db, { all: true }, site)
      if (known === null) return null
      const ids = await toDecide(db, site, unfinished, now())
      const faults = await faultsNow(db, ids, now())
      const { id, name, timezone, customer } = known
      return { site: { id, name, timezone }, customer, faults }
    },
    async sitesToLookAt(given) {
      const db: Db = given.withTables<FaultTables & InventoryTables & ToldTables>()
      const rows = await db
        .selectFrom('faults')
        .leftJoin('alert_told', 'alert_told.fault', 'faults.id')
        .select('faults.site')
        .distinct()
        .where((it) =>
          it.or([
            it('faults.closed_at', 'is', null),
            it.and([
              it('faults.closed_at', '>', now() - newsMs),
              it.or([it('alert_told.done', 'is', null), it('alert_told.done', '=', 0)]),
            ]),
          ]),
        )
        .execute()
      return rows.map((it) => it.site)
    },
    async noteTold(trx, { fault, recipient, channel, at }) {
      const db: Db = trx.withTables<FaultTables & InventoryTables & ToldTables>()
      const known = await db.selectFrom('faults').select('id').where('id', '=', fault).executeTakeFirst()
      if (known !== undefined) {
        await addToHistory(db, { fault, event: 'alerted', by: recipient, note: channel, now: at })
      }
    },
  }
}

async function toDecide(db: Db, site: string, unfinished: readonly string[], now: number): Promise<string[]> {
  const rows = await db
    .selectFrom('faults')
    .leftJoin('alert_told', 'alert_told.fault', 'faults.id')
    .select('faults.id')
    .where('faults.site', '=', site)
    .where((it) =>
      it.or([
        it('faults.closed_at', 'is', null),
        it.and([it('faults.closed_at', '>', now - newsMs), it('alert_told.fault', 'is', null)]),
        ...(unfinished.length === 0 ? [] : [it('faults.id', 'in', [...unfinished])]),
      ]),
    )
    .execute()
  return rows.map((it) => it.id)
}

async function faultsNow(db: FaultsDb, ids: readonly string[], now: number): Promise<KnownFault[]> {
  const rows = await faultRows(db, ids)
  const shown = new Map((await describeFaults(db, rows, now)).map((it) => [it.id, it]))
  const ends = await endsOf(
    db,
    rows.filter((it) => it.closed_at !== null),
  )
  return rows.flatMap((row) => {
    const fault = shown.get(row.id)
    if (fault === undefined) return []
    const { id, level, kind, affected, incident, maintenance } = fault
    const device = row.device === null ? null : { id: row.device, name: row.device_name ?? row.device }
    const reason = ends.get(id) ?? reasonWithHand(fault)
    const times = { openedAt: row.opened_at, closedAt: row.closed_at }
    const systems = systemsOf(row)
    return [{ id, device, level, kind, reason, affected, incident, maintenance, systems, ...times }]
  })
}

/** Why faults ended: that is what people are told of a closed one. */
async function endsOf(db: FaultsDb, closed: readonly FaultRow[]): Promise<Map<string, Text>> {
  if (closed.length === 0) return new Map()
  const rows = await db
    .selectFrom('fault_events')
    .select(['fault', 'reason'])
    .where(
      'fault',
      'in',
      closed.map((it) => it.id),
    )
    .where('event', '=', 'closed')
    .orderBy('at')
    .execute()
  return new Map(rows.flatMap((it) => (it.reason === null ? [] : [[it.fault, Text.parse(JSON.parse(it.reason))]])))
}
