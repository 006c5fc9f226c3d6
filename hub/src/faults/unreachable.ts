import type { Text } from '@steward/shared/model'
import type { Selectable } from 'kysely'
import { forgetStates, recallStates } from '../inventory/index.ts'
import { closeFault, type FaultChange, hubFaultId, untouched } from './file-event.ts'
import type { FaultsDb } from './rows.ts'
import type { FaultTables } from './schema.ts'

/** What a site's silence, or its end, changed: its fault and its devices' states. */
export type SilenceChange = { fault: FaultChange; states: { device: string; state: 'up' | 'down' | 'unknown' }[] }

const kind = 'site-unreachable'
/** fault-levels.md, section 3 */
const level = 'L2'

/** Opens the fault of a site whose agent is silent; its devices become unknown. Null when it is open already. */
export async function openUnreachable(
  db: FaultsDb,
  it: { site: string; agent: string; lastSeenAt: number; now: number },
): Promise<SilenceChange | null> {
  if ((await openUnreachableOf(db, it.site)) !== undefined) return null
  const { site, now } = it
  const id = hubFaultId(site, `agent@${new Date(now).toISOString().replace(/[-:]/g, '')}`)
  const last = await localTime(db, site, it.lastSeenAt)
  const unknown: Text = {
    zh: `代理 ${it.agent} 没有消息，设备状态未知。`,
    en: `The agent ${it.agent} is silent; the state of the device is not known.`,
  }
  const devices = await forgetStates(db, site, now, unknown)
  const reason: Text = {
    zh: `代理 ${it.agent} 没有消息，最后一次为 ${last}。站点的 ${devices.length} 台设备状态未知。请检查现场的网络出口、供电和代理主机。`,
    en: `The agent ${it.agent} is silent; its last word was at ${last}. The state of ${devices.length} devices is not known. Check the site's uplink, power and the agent's machine.`,
  }
  await db
    .insertInto('faults')
    .values({
      id,
      site,
      device: null,
      kind,
      level,
      judged_level: level,
      reason: JSON.stringify(reason),
      opened_at: now,
      closed_at: null,
      told_at: now,
      affected: '[]',
      functions: '{}',
      incident: null,
      ...untouched,
    })
    .execute()
  await db
    .insertInto('fault_events')
    .values({
      fault: id,
      at: now,
      event: 'opened',
      level,
      kind,
      reason: JSON.stringify(reason),
      by: null,
      note: null,
      filed_at: now,
    })
    .execute()
  const states = devices.map((device) => ({ device, state: 'unknown' as const }))
  return { fault: { fault: id, change: 'opened', at: now }, states }
}

/** As people at the site read their clock: `2026-11-24 13:08:49 (Asia/Shanghai)`. */
async function localTime(db: FaultsDb, site: string, at: number): Promise<string> {
  const row = await db.selectFrom('sites').select('timezone').where('id', '=', site).executeTakeFirst()
  const timeZone = row?.timezone ?? 'UTC'
  return `${new Date(at).toLocaleString('sv-SE', { timeZone })} (${timeZone})`
}

/** The agent of a site speaks again: its fault ends, and its devices are what they were last told to be. */
export async function closeUnreachable(db: FaultsDb, site: string, now: number): Promise<SilenceChange | null> {
  const row = await openUnreachableOf(db, site)
  if (row === undefined) return null
  const states = await recallStates(db, site, row.opened_at)
  const reason = { zh: '代理恢复通信。', en: 'The agent speaks again.' }
  await closeFault(db, row, { at: now, reason, now })
  return { fault: { fault: row.id, change: 'closed', at: now }, states }
}

async function openUnreachableOf(db: FaultsDb, site: string): Promise<Selectable<FaultTables['faults']> | undefined> {
  return db
    .selectFrom('faults')
    .selectAll()
    .where('site', '=', site)
    .where('kind', '=', kind)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
}

/** Nobody watches the site any more: every fault of it ends, and nothing is known of its devices. */
export async function closeAllOf(
  db: FaultsDb,
  it: { site: string; agent: string; now: number },
): Promise<{ faults: FaultChange[]; devices: string[] }> {
  const { site, agent, now } = it
  const reason: Text = {
    zh: `代理 ${agent} 已被吊销，站点不再被监测。`,
    en: `The agent ${agent} was revoked; the site is not watched any more.`,
  }
  const rows = await db
    .selectFrom('faults')
    .selectAll()
    .where('site', '=', site)
    .where('closed_at', 'is', null)
    .execute()
  for (const row of rows) await closeFault(db, row, { at: now, reason, now })
  const devices = await forgetStates(db, site, now, reason)
  return { faults: rows.map((row) => ({ fault: row.id, change: 'closed', at: now })), devices }
}
