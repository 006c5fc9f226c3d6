import { BlockList } from 'node:net'
import type { Agent, AgentHealth } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import { AgentStatus } from '@steward/shared/wire'
import type { Kysely, Selectable } from 'kysely'
import { z } from 'zod'
import { covers, type Scope } from '../access/index.ts'
import { type InventoryTables, nameAgent, siteAgents } from '../inventory/index.ts'
import type { AgentPresence, Presence } from './presence.ts'
import { problemsOfAgents } from './problems.ts'
import type { FleetTables } from './schema.ts'

type Db = Kysely<FleetTables & InventoryTables>
export type AgentRow = Selectable<FleetTables['agents']>

const Host = z.object({ name: z.string(), platform: z.string(), arch: z.string() })
const Networks = z.array(z.string())

/** Agents in the scope, those that work first, then by site. */
export async function listAgents(db: Db, scope: Scope): Promise<AgentRow[]> {
  let query = db.selectFrom('agents').innerJoin('sites', 'sites.id', 'agents.site').selectAll('agents')
  if (!scope.all) query = query.where('sites.customer', 'in', [...scope.customers])
  return query
    .orderBy((it) => it.case().when('agents.revoked_at', 'is', null).then(0).else(1).end())
    .orderBy('agents.site')
    .orderBy('agents.enrolled_at', 'desc')
    .limit(5000)
    .execute()
}

/** The agent with its customer, or `input/not-found`: what is not there and what is not yours look alike. */
export async function needAgent(db: Db, scope: Scope, id: string): Promise<AgentRow & { customer: string }> {
  const row = await db
    .selectFrom('agents')
    .innerJoin('sites', 'sites.id', 'agents.site')
    .selectAll('agents')
    .select('sites.customer')
    .where('agents.id', '=', id)
    .executeTakeFirst()
  if (row !== undefined && covers(scope, row.customer)) return row
  throw new StewardError('input/not-found', `There is no agent "${id}".`)
}

/** Agents as people see them, with what they ask to have mended. */
export async function describeAgents(
  db: Db,
  presence: Presence,
  rows: readonly AgentRow[],
): Promise<z.output<typeof Agent>[]> {
  const problems = await problemsOfAgents(
    db,
    rows.map((it) => it.id),
  )
  return rows.map((row) => {
    const { state, lastSeenAt, connectedSince } = presence.of(row)
    return {
      id: row.id,
      name: row.name,
      site: row.site,
      state,
      version: row.version,
      host: Host.parse(JSON.parse(row.host)),
      allow: Networks.parse(JSON.parse(row.allow)),
      enrolledAt: instant(row.enrolled_at),
      lastSeenAt: lastSeenAt === null ? null : instant(lastSeenAt),
      connectedSince: connectedSince === null ? null : instant(connectedSince),
      revokedAt: row.revoked_at === null ? null : instant(row.revoked_at),
      configRevision: row.config_revision,
      problems: problems.get(row.id) ?? [],
      status: row.status === null ? null : AgentStatus.parse(JSON.parse(row.status)),
    }
  })
}

/** Devices that name the agent name it anew. Throws `input/conflict` where another agent of the site has the name. */
export async function renameAgent(db: Db, agent: Pick<AgentRow, 'id' | 'site' | 'name'>, name: string): Promise<void> {
  await db.transaction().execute((within) => renameWithin(within, agent, name))
}

async function renameWithin(db: Db, agent: Pick<AgentRow, 'id' | 'site' | 'name'>, name: string): Promise<void> {
  const { id, site } = agent
  const others = (await siteAgents(db, site)).filter((it) => it.id !== id)
  const namesake = others.find((it) => it.name === name)
  if (namesake !== undefined) {
    throw new StewardError('input/conflict', `Another agent of this site is called "${name}": ${namesake.id}.`)
  }
  await db.updateTable('agents').set({ name }).where('id', '=', id).execute()
  if (others.every((it) => it.name !== agent.name)) await nameAgent(db, { site, named: agent.name, agent: name })
}

/**
 * Takes the agent's place away; false when that was done before. Its devices do not fall to another agent, which may not
 * reach them: they name it, and wait for one of its name or for a person.
 */
export async function markRevoked(db: Db, agent: Pick<AgentRow, 'id' | 'site'>, now: number): Promise<boolean> {
  return db.transaction().execute((within) => revokeWithin(within, agent, now))
}

async function revokeWithin(db: Db, { id, site }: Pick<AgentRow, 'id' | 'site'>, now: number): Promise<boolean> {
  const agents = await siteAgents(db, site)
  const done = await db
    .updateTable('agents')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  const [first] = agents
  if (first?.id === id && agents.length > 1) await nameAgent(db, { site, named: null, agent: first.name })
  return done.numUpdatedRows > 0n
}

function instant(at: number): string {
  return new Date(at).toISOString()
}

/** How the agents of each site are, the worst of them; sites that have none are `waiting` where one may be enrolled any moment, else `none`. */
export async function agentsOfSites(
  db: Db,
  presence: Presence,
  sites: readonly string[],
  now: number,
): Promise<Map<string, { state: AgentHealth; lastSeenAt: string | null }>> {
  const agents = await db
    .selectFrom('agents')
    .select(['id', 'site', 'last_seen_at', 'revoked_at'])
    .where('site', 'in', [...sites])
    .where('revoked_at', 'is', null)
    .execute()
  const expected = await db
    .selectFrom('enrolments')
    .select('site')
    .where('site', 'in', [...sites])
    .where('agent', 'is', null)
    .where('withdrawn_at', 'is', null)
    .where('expires_at', '>', now)
    .execute()
  const waiting = { state: 'waiting' as const, lastSeenAt: null }
  return new Map([
    ...expected.map((it) => [it.site, waiting] as const),
    ...[...Map.groupBy(agents, (it) => it.site)].map(([site, rows]) => [site, worstOf(rows.map(presence.of))] as const),
  ])
}

/** One that is silent speaks for all; one that was enrolled and never heard, for none but itself. */
function worstOf(agents: readonly AgentPresence[]): { state: AgentHealth; lastSeenAt: string | null } {
  const [worst] = agents.toSorted((a, b) => rank(a) - rank(b) || (a.lastSeenAt ?? 0) - (b.lastSeenAt ?? 0))
  const lastSeenAt = worst?.lastSeenAt ?? null
  return { state: worst?.state ?? 'none', lastSeenAt: lastSeenAt === null ? null : instant(lastSeenAt) }
}

function rank({ state }: AgentPresence): number {
  return state === 'silent' ? 0 : state === 'connected' ? 1 : 2
}

/** Agents that were heard once and not revoked, with their last word. */
export async function heardAgents(
  db: Db,
  presence: Presence,
): Promise<{ agent: string; site: string; lastSeenAt: number; silentFrom: number }[]> {
  const rows = await db
    .selectFrom('agents')
    .select(['id', 'site', 'last_seen_at', 'revoked_at'])
    .where('revoked_at', 'is', null)
    .execute()
  return rows.flatMap((row) => {
    const { lastSeenAt } = presence.of(row)
    if (lastSeenAt === null) return []
    return [{ agent: row.id, site: row.site, lastSeenAt, silentFrom: presence.silentFrom(lastSeenAt) }]
  })
}

/** Where the agents of a site may dial, as they told; empty while there is none. */
export async function networksOfSite(db: Db, site: string): Promise<string[]> {
  return [...new Set((await allowedOf(db, site)).flatMap((it) => it.allow))]
}

/** The agent of a site that may dial a network, the first one where none may: it says itself why not. Null: there is none. */
export async function agentForNetwork(db: Db, site: string, network: string): Promise<string | null> {
  const agents = await allowedOf(db, site)
  return (agents.find((it) => isWithin(network, it.allow)) ?? agents[0])?.id ?? null
}

async function allowedOf(db: Db, site: string): Promise<{ id: string; allow: string[] }[]> {
  const rows = await db
    .selectFrom('agents')
    .select(['id', 'allow'])
    .where('site', '=', site)
    .where('revoked_at', 'is', null)
    .orderBy('enrolled_at')
    .execute()
  return rows.map(({ id, allow }) => ({ id, allow: Networks.parse(JSON.parse(allow)) }))
}

function isWithin(network: string, allowed: readonly string[]): boolean {
  const list = new BlockList()
  for (const it of allowed) {
    const [address = '', prefix = ''] = it.split('/')
    list.addSubnet(address, Number(prefix), familyOf(address))
  }
  const [address = ''] = network.split('/')
  return list.check(address, familyOf(address))
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}
