import type { Agent, AgentHealth } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import { AgentStatus } from '@steward/shared/wire'
import type { Kysely, Selectable } from 'kysely'
import { z } from 'zod'
import { covers, type Scope } from '../access/index.ts'
import type { InventoryTables } from '../inventory/index.ts'
import type { Presence } from './presence.ts'
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

export async function renameAgent(db: Db, id: string, name: string): Promise<void> {
  await db.updateTable('agents').set({ name }).where('id', '=', id).execute()
}

/** Takes the agent's place away; false when that was done before. */
export async function markRevoked(db: Db, id: string, now: number): Promise<boolean> {
  const done = await db
    .updateTable('agents')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return done.numUpdatedRows > 0n
}

function instant(at: number): string {
  return new Date(at).toISOString()
}

/** How the agent of each site is; sites that have none are `waiting` where one may be enrolled any moment, else `none`. */
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
    ...agents.map((it) => {
      const { state, lastSeenAt } = presence.of(it)
      return [it.site, { state, lastSeenAt: lastSeenAt === null ? null : instant(lastSeenAt) }] as const
    }),
  ])
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

/** Where the agent of a site may dial, as it told; empty while there is none. */
export async function networksOfSite(db: Db, site: string): Promise<string[]> {
  const row = await db
    .selectFrom('agents')
    .select('allow')
    .where('site', '=', site)
    .where('revoked_at', 'is', null)
    .orderBy('enrolled_at', 'desc')
    .executeTakeFirst()
  return row === undefined ? [] : Networks.parse(JSON.parse(row.allow))
}
