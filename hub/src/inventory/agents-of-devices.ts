/** Which of a site's agents looks after which device. */
import type { DeviceModel } from '@steward/shared/model'
import { type Kysely, sql } from 'kysely'
import type { InventoryTables } from './schema.ts'

type Db = Kysely<InventoryTables>

/** What this room asks of the fleet's agents. */
type AgentsView = {
  agents: { id: string; site: string; name: string; enrolled_at: number; revoked_at: number | null }
}

export type SiteAgent = { id: string; name: string }

/** The agents of a site that are not revoked, the first enrolled first. */
export async function siteAgents(db: Db, site: string): Promise<SiteAgent[]> {
  return db
    .withTables<AgentsView>()
    .selectFrom('agents')
    .select(['id', 'name'])
    .where('site', '=', site)
    .where('revoked_at', 'is', null)
    .orderBy('enrolled_at')
    .orderBy('id')
    .execute()
}

/** A device names its agent; one that names none is the first agent's. Null: the agent that it names is not there, nobody looks. */
export function agentOf(device: Pick<DeviceModel, 'agent'>, agents: readonly SiteAgent[]): SiteAgent | null {
  const { agent } = device
  return (agent === undefined ? agents[0] : agents.find((it) => it.name === agent)) ?? null
}

/** The devices of a site by the id of their agent; under null those that nobody looks after. */
export async function devicesByAgent(db: Db, site: string): Promise<Map<string | null, string[]>> {
  const agents = await siteAgents(db, site)
  const rows = await db
    .selectFrom('devices')
    .select('id')
    .select(sql<string | null>`json_extract(config, '$.agent')`.as('agent'))
    .where('site', '=', site)
    .orderBy('id')
    .execute()
  const found = new Map<string | null, string[]>()
  for (const { id, agent } of rows) {
    const owner = agentOf(agent === null ? {} : { agent }, agents)?.id ?? null
    const devices = found.get(owner) ?? []
    devices.push(id)
    found.set(owner, devices)
  }
  return found
}

/**
 * The agent's own part of the site's model. What needs a device of another agent is taken to have it: this agent cannot see
 * whether it does, and the hub, which sees both, judges it.
 */
export function partOf(devices: readonly DeviceModel[], agents: readonly SiteAgent[], id: string): DeviceModel[] {
  const own = devices.filter((it) => agentOf(it, agents)?.id === id)
  if (own.length === devices.length && devices.every((it) => it.agent === undefined)) return own
  const ids = new Set(own.map((it) => it.id))
  return own.map(({ agent: _agent, ...device }) => ({
    ...device,
    needs: device.needs.filter((alternatives) => alternatives.every((it) => ids.has(it))),
  }))
}

/** Writes an agent's name into all devices of a site that name another one; `named` null: that name none. */
export async function nameAgent(db: Db, it: { site: string; named: string | null; agent: string }): Promise<void> {
  const { site, named, agent } = it
  await db
    .updateTable('devices')
    .set({ config: sql<string>`json_set(config, '$.agent', ${agent})` })
    .where('site', '=', site)
    .where(sql<boolean>`json_extract(config, '$.agent') is ${named}`)
    .execute()
}
