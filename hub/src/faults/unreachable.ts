import type { Text } from '@steward/shared/model'
import type { Selectable } from 'kysely'
import { devicesByAgent, forgetStates, recallStates, siteAgents } from '../inventory/index.ts'
import { closeFault, type FaultChange, hubFaultId, noteByHub, untouched } from './file-event.ts'
import type { FaultsDb } from './rows.ts'
import type { FaultTables } from './schema.ts'
import { reasonOfSilence } from './silence-words.ts'

/** What the silence of a site's agents, or its end, changed: its fault and its devices' states. */
export type SilenceChange = { fault: FaultChange; states: { device: string; state: 'up' | 'down' | 'unknown' }[] }

const kind = 'site-unreachable'
/** fault-levels.md, section 3 */
const level = 'L2'

/**
 * Opens the fault of a site with silent agents; where it is open for other agents it tells of these as well. Their devices
 * become unknown. Null when all of them were known to be silent.
 */
export async function openUnreachable(
  db: FaultsDb,
  it: { site: string; agents: readonly { agent: string; lastSeenAt: number }[]; now: number },
): Promise<SilenceChange | null> {
  const { site, now } = it
  const known = new Set((await silentAgents(db, site)).map((row) => row.agent))
  const news = it.agents.filter(({ agent }) => !known.has(agent))
  if (news.length === 0) return null
  const devicesOf = await devicesByAgent(db, site)
  const devices: string[] = []
  for (const { agent, lastSeenAt } of news) {
    const own = devicesOf.get(agent) ?? []
    const forgotten = await forgetStates(db, { site, devices: own, at: now, reason: unknownSince(agent) })
    devices.push(...forgotten)
    const row = { site, agent, since: now, last_seen_at: lastSeenAt, devices: forgotten.length }
    await db.insertInto('silent_agents').values(row).execute()
  }
  const open = await openUnreachableOf(db, site)
  const fault = open === undefined ? await openFault(db, site, now) : await tellAnew(db, open, now)
  return { fault, states: devices.map((device) => ({ device, state: 'unknown' as const })) }
}

function unknownSince(agent: string): Text {
  return {
    zh: `代理 ${agent} 没有消息，设备状态未知。`,
    en: `The agent ${agent} is silent; the state of the device is not known.`,
  }
}

async function openFault(db: FaultsDb, site: string, now: number): Promise<FaultChange> {
  const id = hubFaultId(site, `agent@${new Date(now).toISOString().replace(/[-:]/g, '')}`)
  const reason = JSON.stringify(await reasonOf(db, site))
  await db
    .insertInto('faults')
    .values({
      id,
      site,
      device: null,
      kind,
      level,
      judged_level: level,
      reason,
      opened_at: now,
      closed_at: null,
      told_at: now,
      affected: '[]',
      functions: '{}',
      incident: null,
      ...untouched,
    })
    .execute()
  await noteByHub(db, { fault: id, at: now, event: 'opened', level, kind, reason, now })
  return { fault: id, change: 'opened', at: now }
}

/** More of the site's agents are silent, or fewer: one fault, in other words. */
async function tellAnew(db: FaultsDb, row: FaultRow, now: number): Promise<FaultChange> {
  const reason = JSON.stringify(await reasonOf(db, row.site))
  await db.updateTable('faults').set({ reason, told_at: now }).where('id', '=', row.id).execute()
  await noteByHub(db, { fault: row.id, at: now, event: 'changed', level: row.judged_level, kind, reason, now })
  return { fault: row.id, change: 'changed', at: now }
}

async function reasonOf(db: FaultsDb, site: string): Promise<Text> {
  const timeZone = await db.selectFrom('sites').select('timezone').where('id', '=', site).executeTakeFirst()
  const agents = await siteAgents(db, site)
  return reasonOfSilence(await silentAgents(db, site), agents, timeZone?.timezone ?? 'UTC')
}

/** An agent speaks again: its devices are what they were last told to be, and the site's fault ends when no other is silent. */
export async function closeUnreachable(
  db: FaultsDb,
  it: { site: string; agent: string; now: number },
): Promise<SilenceChange | null> {
  const { site, agent, now } = it
  const silent = await db
    .deleteFrom('silent_agents')
    .where('site', '=', site)
    .where('agent', '=', agent)
    .returning('since')
    .executeTakeFirst()
  if (silent === undefined) return null
  const devices = (await devicesByAgent(db, site)).get(agent) ?? []
  const states = await recallStates(db, { site, devices, at: silent.since })
  const reason = { zh: '代理恢复通信。', en: 'The agent speaks again.' }
  const fault = await lessSilent(db, { site, reason, now })
  return fault === null ? null : { fault, states }
}

async function lessSilent(db: FaultsDb, it: { site: string; reason: Text; now: number }): Promise<FaultChange | null> {
  const { site, reason, now } = it
  const row = await openUnreachableOf(db, site)
  if (row === undefined) return null
  if ((await silentAgents(db, site)).length > 0) return tellAnew(db, row, now)
  await closeFault(db, row, { at: now, reason, now })
  return { fault: row.id, change: 'closed', at: now }
}

type FaultRow = Selectable<FaultTables['faults']>

async function openUnreachableOf(db: FaultsDb, site: string): Promise<FaultRow | undefined> {
  return db
    .selectFrom('faults')
    .selectAll()
    .where('site', '=', site)
    .where('kind', '=', kind)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
}

async function silentAgents(db: FaultsDb, site: string): Promise<Selectable<FaultTables['silent_agents']>[]> {
  return db.selectFrom('silent_agents').selectAll().where('site', '=', site).orderBy('since').orderBy('agent').execute()
}

/** An agent was revoked: of what nobody watches any more every fault ends, and nothing is known. */
export async function closeAllOf(
  db: FaultsDb,
  it: { site: string; agent: string; now: number },
): Promise<{ faults: FaultChange[]; devices: string[] }> {
  const { site, agent, now } = it
  const unwatched = new Set((await devicesByAgent(db, site)).get(null))
  const reason: Text = {
    zh: `代理 ${agent} 已被吊销，设备不再被监测。`,
    en: `The agent ${agent} was revoked; the device is not watched any more.`,
  }
  const rows = await db
    .selectFrom('faults')
    .selectAll()
    .where('site', '=', site)
    .where('closed_at', 'is', null)
    .where('device', 'is not', null)
    .execute()
  const ended = rows.filter((row) => row.device !== null && unwatched.has(row.device))
  for (const row of ended) await closeFault(db, row, { at: now, reason, now })
  const devices = await forgetStates(db, { site, devices: [...unwatched], at: now, reason })
  await db.deleteFrom('silent_agents').where('site', '=', site).where('agent', '=', agent).execute()
  const silence = await lessSilent(db, { site, reason, now })
  const faults = ended.map((row): FaultChange => ({ fault: row.id, change: 'closed', at: now }))
  return { faults: silence === null ? faults : [...faults, silence], devices }
}
