import { randomBytes } from 'node:crypto'
import { StewardError } from '@steward/shared/errors'
import { type EnrolRequest, type EnrolResponse, signedText } from '@steward/shared/wire'
import type { Kysely, Selectable } from 'kysely'
import type { z } from 'zod'
import { hashOf } from '../access/index.ts'
import { isUniqueViolation } from '../db/index.ts'
import { type InventoryTables, needSite, siteAgents } from '../inventory/index.ts'
import { refuseTooManyAgents } from './enrolments.ts'
import { type HubKey, isSignedBy } from './hub-key.ts'
import type { FleetTables } from './schema.ts'

type Request = z.output<typeof EnrolRequest>
type Enrolled = { response: z.output<typeof EnrolResponse>; site: string; enrolment: string; isNew: boolean }
type Parts = { db: Kysely<FleetTables & InventoryTables>; key: HubKey; now: number }

/**
 * Turns an enrolment token into an agent that is known by its key. Asked again by the same key it gives the same answer,
 * since the first one may have been lost on its way; by another key the token is used up.
 */
export async function enrolAgent(parts: Parts, request: Request): Promise<Enrolled> {
  const { secret, agentKey, signature } = request
  if (!isSignedBy(agentKey, signedText.enrol({ secret, agentKey }), signature)) {
    throw new StewardError('enrolment/token-invalid', 'The agent does not hold the key that it presents.')
  }
  try {
    return await parts.db.transaction().execute(async (within) => enrolWithin({ ...parts, db: within }, request))
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new StewardError('input/conflict', 'This agent was enrolled at the same moment already.', { cause: error })
  }
}

async function enrolWithin(parts: Parts, request: Request): Promise<Enrolled> {
  const { db, key, now } = parts
  const { agentKey } = request
  const ticket = await db
    .selectFrom('enrolments')
    .selectAll()
    .where('secret_hash', '=', hashOf(request.secret))
    .executeTakeFirst()
  if (ticket === undefined || ticket.withdrawn_at !== null) {
    throw new StewardError('enrolment/token-invalid', 'The enrolment token is not valid; make a new one at the hub.')
  }
  const known = await agentWithKey(db, agentKey)
  const isRepeated = ticket.agent !== null && known?.id === ticket.agent && known.revoked_at === null
  if (!isRepeated) refuseUsedUp(ticket, known, now)
  const id = isRepeated ? known.id : agentIdFor(ticket.site)
  if (!isRepeated) await insertAgent(parts, ticket, id, request)
  const { name, timezone } = await needSite(db, { all: true }, ticket.site)
  const signature = key.sign(signedText.enrolled({ agentId: id, agentKey }))
  const response = { agentId: id, site: { id: ticket.site, name, timezone }, signature }
  return { response, site: ticket.site, enrolment: ticket.id, isNew: !isRepeated }
}

type Agent = Selectable<FleetTables['agents']>
type Ticket = Selectable<FleetTables['enrolments']>

async function agentWithKey(db: Parts['db'], key: string): Promise<Agent | undefined> {
  return db.selectFrom('agents').selectAll().where('key', '=', key).executeTakeFirst()
}

function refuseUsedUp(ticket: Ticket, known: Agent | undefined, now: number): void {
  if (ticket.agent !== null) {
    throw new StewardError('enrolment/token-used', 'The enrolment token has been used; make a new one at the hub.')
  }
  if (now >= ticket.expires_at) {
    throw new StewardError('enrolment/token-expired', 'The enrolment token has expired; make a new one at the hub.')
  }
  if (known !== undefined) {
    throw new StewardError(
      'input/conflict',
      `The key of this agent belongs to ${known.id} already; enrol with an empty data folder.`,
    )
  }
}

async function insertAgent({ db, now }: Parts, ticket: Ticket, id: string, request: Request): Promise<void> {
  await refuseTooManyAgents(db, ticket.site)
  await db
    .insertInto('agents')
    .values({
      id,
      site: ticket.site,
      name: await freeName(db, ticket.site, ticket.name ?? request.name),
      key: request.agentKey,
      version: request.version,
      host: JSON.stringify(request.host),
      allow: JSON.stringify(request.allow),
      enrolled_at: now,
      connected_at: null,
      last_seen_at: null,
      revoked_at: null,
      config_revision: null,
      status: null,
    })
    .execute()
  await db.updateTable('enrolments').set({ agent: id }).where('id', '=', ticket.id).execute()
}

/** Devices name their agent, so no two of a site are called the same: the second `box` is `box 2`. */
async function freeName(db: Parts['db'], site: string, wanted: string): Promise<string> {
  const taken = new Set((await siteAgents(db, site)).map((it) => it.name))
  for (let number = 2, name = wanted; ; number += 1) {
    if (!taken.has(name)) return name
    name = `${wanted.slice(0, 110)} ${number}`
  }
}

/** The site's name and a few random letters: people read it, and a replaced agent has another one. */
function agentIdFor(site: string): string {
  return `${site.slice(0, 50).replace(/[._-]+$/, '')}-${randomBytes(3).toString('hex')}`
}
