/** The fleet as a value: who the agents are, who is connected, and what is asked of them. */
import type { Duplex } from 'node:stream'
import { StewardError } from '@steward/shared/errors'
import type { AgentConfig, DiscoveryRequest } from '@steward/shared/model'
import {
  type AgentStatus,
  CheckResult,
  DiscoveryLine,
  GrantList,
  type GrantSummary,
  linkPaths,
} from '@steward/shared/wire'
import type { FastifyRequest } from 'fastify'
import type { Kysely } from 'kysely'
import { devicesByAgent, type InventoryTables } from '../inventory/index.ts'
import type { Platform } from '../platform.ts'
import { type AgentTokens, createAgentTokens } from './agent-tokens.ts'
import { type AgentRow, agentForNetwork, markRevoked } from './agents.ts'
import { noteStep, stepOf } from './enrolments.ts'
import { type HubKey, loadHubKey } from './hub-key.ts'
import type { Destination } from './link/agent-session.ts'
import { closeCodes, createLinks, type LinkedAgent, type LinkHooks, type Links } from './link/links.ts'
import { createPresence, type Presence } from './presence.ts'
import { fileReceipt } from './problems.ts'
import type { FleetTables } from './schema.ts'

type Db = Kysely<FleetTables & InventoryTables>

export type FleetOptions = Platform & {
  /** the address that agents dial */
  origin: string
  /** SHA-256 of the DER of the hub's own CA, in hex; null with a publicly trusted certificate */
  caFingerprint: string | null
  configOf(agent: LinkedAgent): Promise<AgentConfig>
}

/** An agent that has proved who it is. */
export type AgentIdentity = LinkedAgent & { customer: string }

/** A connected agent. Every method throws a StewardError that says what to do. */
export type AgentLink = {
  agent: string
  connect(to: Destination): Promise<Duplex>
  grants(): Promise<GrantSummary[]>
  check(device: string): Promise<CheckResult>
  /** Has it search a network until the signal; resolves when it has begun. */
  discover(request: DiscoveryRequest, signal: AbortSignal): Promise<AsyncIterable<DiscoveryLine>>
}

export type Fleet = {
  db: Db
  options: FleetOptions
  key: HubKey
  tokens: AgentTokens
  presence: Presence
  links: Links
  /** Who sends this request; throws where it is no agent of ours, or was revoked. */
  authenticate(request: FastifyRequest): Promise<AgentIdentity>
  /** The agent that looks after a device; throws `fleet/agent-away` while it is not connected. */
  linkOfDevice(site: string, device: string): Promise<AgentLink>
  /** An agent of the site that may dial the network; throws `fleet/agent-away` while it is not connected. */
  linkToNetwork(site: string, network: string): Promise<AgentLink>
  /** The connected agents of a site; throws `fleet/agent-away` where there is none. */
  linksOfSite(site: string): AgentLink[]
  /** The agent has sent a reading: the last step of its enrolment. */
  noteReading(agent: string): Promise<void>
  /** Ends the agent's rights and its connection at once; false when that was done before. */
  revoke(agent: Pick<AgentRow, 'id' | 'site'>): Promise<boolean>
  stop(): Promise<void>
}

const keepHeardEveryMs = 15_000
const checkWithinMs = 30_000
const grantsWithinMs = 10_000

export function createFleet(options: FleetOptions): Fleet {
  const { now, events, log } = options
  const db: Db = options.db.withTables<FleetTables & InventoryTables>()
  const key = loadHubKey(options.dataDir)
  const tokens = createAgentTokens({ nonce: key.secretFor('nonce'), token: key.secretFor('token') })
  const presence = createPresence(now)
  const failed = (error: unknown): void => log.error({ err: error }, 'what an agent told could not be noted')
  const links = createLinks(linkHooks({ options, db, presence, failed }))
  const reading = new Set<string>()
  const unsubscribe = [
    events.on('config-changed', ({ site }) => links.configChanged(site)),
    events.on('site-removed', ({ site }) => links.endOfSite(site, closeCodes.revoked, 'the site was removed')),
  ]
  const timer = setInterval(() => void keepHeard(db, presence).catch(failed), keepHeardEveryMs)
  return {
    db,
    options,
    key,
    tokens,
    presence,
    links,
    authenticate: (request) => authenticate(db, tokens, request, now()),
    async linkOfDevice(site, device) {
      const owners = await devicesByAgent(db, site)
      const agent = owners.entries().find(([, devices]) => devices.includes(device))?.[0] ?? null
      if (agent === null) throw away(`No agent of ${site} looks after ${device} now.`)
      return linkOf(links, agent)
    },
    async linkToNetwork(site, network) {
      const agent = await agentForNetwork(db, site, network)
      if (agent === null) throw away(`The site ${site} has no agent.`)
      return linkOf(links, agent)
    },
    linksOfSite(site) {
      const agents = links.ofSite(site)
      if (agents.length === 0) throw away(`No agent of ${site} is connected now.`)
      return agents.map((it) => linkOf(links, it))
    },
    async noteReading(agent) {
      if (reading.has(agent)) return
      reading.add(agent)
      await tellStep(options, db, agent, 'reading_at')
    },
    async revoke({ id, site }) {
      const isNews = await markRevoked(db, { id, site }, now())
      links.end(id, closeCodes.revoked, 'this agent was revoked at the hub')
      presence.down(id)
      if (isNews) events.emit('agent-state', { site, agent: id, state: 'revoked', at: now() })
      return isNews
    },
    async stop() {
      clearInterval(timer)
      for (const it of unsubscribe) it()
      links.stop()
      await keepHeard(db, presence).catch(failed)
    },
  }
}

function away(message: string): StewardError {
  return new StewardError('fleet/agent-away', message)
}

function linkOf(links: Links, agent: string): AgentLink {
  const session = links.of(agent)
  return {
    agent,
    connect: (to) => session.connect(to),
    async grants() {
      const answer = await session.ask({ method: 'GET', path: linkPaths.grants, withinMs: grantsWithinMs })
      return GrantList.parse(answer).items
    },
    async check(device) {
      const body = [JSON.stringify({ device })]
      return CheckResult.parse(
        await session.ask({ method: 'POST', path: linkPaths.check, body, withinMs: checkWithinMs }),
      )
    },
    async discover(request, signal) {
      const body = [JSON.stringify(request)]
      return parsed(await session.follow({ method: 'POST', path: linkPaths.discover, body, signal }))
    },
  }
}

async function* parsed(lines: AsyncIterable<unknown>): AsyncGenerator<DiscoveryLine> {
  for await (const line of lines) yield DiscoveryLine.parse(line)
}

async function authenticate(db: Db, tokens: AgentTokens, request: FastifyRequest, now: number): Promise<AgentIdentity> {
  const given = /^Bearer (\S{1,2000})$/.exec(request.headers.authorization ?? '')?.[1]
  const id = given === undefined ? null : tokens.agentOf(given, now)
  const agent =
    id === null
      ? undefined
      : await db
          .selectFrom('agents')
          .innerJoin('sites', 'sites.id', 'agents.site')
          .select(['agents.site', 'agents.revoked_at', 'sites.customer'])
          .where('agents.id', '=', id)
          .executeTakeFirst()
  if (id === null || agent === undefined) {
    throw new StewardError('access/unauthenticated', 'The token is not valid or has expired; prove the key again.')
  }
  if (agent.revoked_at !== null) {
    throw new StewardError('fleet/agent-revoked', `The agent ${id} was revoked at the hub.`)
  }
  return { id, site: agent.site, customer: agent.customer }
}

async function keepHeard(db: Db, presence: Presence): Promise<void> {
  for (const [agent, at] of presence.takeHeard()) {
    await db.updateTable('agents').set({ last_seen_at: at }).where('id', '=', agent).execute()
  }
}

async function tellStep(
  { now, events }: FleetOptions,
  db: Db,
  agent: string,
  step: 'connected_at' | 'reading_at',
): Promise<void> {
  const row = await noteStep(db, agent, step, now())
  if (row !== null) events.emit('enrolment', { site: row.site, id: row.id, state: stepOf(row, now()) })
}

type HookParts = { options: FleetOptions; db: Db; presence: Presence; failed: (error: unknown) => void }

function linkHooks({ options, db, presence, failed }: HookParts): LinkHooks {
  const { now, events, log } = options
  return {
    configOf: options.configOf,
    onUp({ id, site }) {
      presence.up(id)
      events.emit('agent-state', { site, agent: id, state: 'connected', at: now() })
      noteConnected(options, db, id).catch(failed)
    },
    onWord: ({ id }) => presence.heard(id),
    onDown: ({ id }) => presence.down(id),
    onReceipt: async ({ id }, receipt) => {
      presence.heard(id)
      await fileReceipt(db, id, receipt, now())
    },
    onStatus: async ({ id }, status) => {
      presence.heard(id)
      await keepStatus(db, id, status)
    },
    warn: (message, facts) => log.warn(facts, message),
  }
}

async function noteConnected(options: FleetOptions, db: Db, id: string): Promise<void> {
  const at = options.now()
  await db.updateTable('agents').set({ last_seen_at: at }).where('id', '=', id).execute()
  await db
    .updateTable('agents')
    .set({ connected_at: at })
    .where('id', '=', id)
    .where('connected_at', 'is', null)
    .execute()
  await tellStep(options, db, id, 'connected_at')
}

async function keepStatus(db: Db, id: string, status: AgentStatus): Promise<void> {
  const { version, allow } = status
  await db
    .updateTable('agents')
    .set({ status: JSON.stringify(status), version: version.slice(0, 40), allow: JSON.stringify(allow) })
    .where('id', '=', id)
    .execute()
}
