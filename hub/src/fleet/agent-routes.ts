import { StewardError } from '@steward/shared/errors'
import {
  agentPaths,
  ChallengeRequest,
  ChallengeResponse,
  EnrolRequest,
  EnrolResponse,
  linkProtocol,
  signedText,
  TokenRequest,
  TokenResponse,
} from '@steward/shared/wire'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { WebSocketServer } from 'ws'
import { leadUpgrades } from '../http/index.ts'
import { enrolAgent } from './enrol.ts'
import { findEnrolment, stepOf } from './enrolments.ts'
import type { Fleet } from './fleet.ts'
import { isSignedBy } from './hub-key.ts'

/** HTTP/2 writes frames of 16 KiB, several at once; nothing legitimate comes near this. */
const maxMessageBytes = 8 * 1024 * 1024
const maxBodyBytes = 64 * 1024

/** By address, within a minute: whoever has no key yet costs the hub signatures. All agents may be behind one proxy. */
const proofs = { max: 3000, timeWindow: 60_000, allowList: [] }
const enrolments = { max: 60, timeWindow: 60_000, allowList: [] }

/** Where agents come in, outside the API for people: enrolment, proof of identity, and the link. */
export function agentRoutes(fleet: Fleet): FastifyPluginAsyncZod {
  const { key, tokens, options } = fleet
  const route = { config: { access: 'agent' as const, rateLimit: proofs }, bodyLimit: maxBodyBytes }
  return async (app) => {
    app.post(
      agentPaths.enrol,
      {
        ...route,
        config: { ...route.config, rateLimit: enrolments },
        schema: { hide: true, body: EnrolRequest, response: { 200: EnrolResponse } },
      },
      async (request) => {
        const { response, site, enrolment, isNew } = await enrolAgent(
          { db: fleet.db, key, now: options.now() },
          request.body,
        )
        if (isNew) await tellEnrolled(fleet, { agent: response.agentId, site, enrolment, name: request.body.host.name })
        return response
      },
    )
    app.post(
      agentPaths.challenge,
      { ...route, schema: { hide: true, body: ChallengeRequest, response: { 200: ChallengeResponse } } },
      async (request) => {
        const { agentId, nonce: agentNonce } = request.body
        const hubNonce = tokens.nonce(agentId, options.now())
        return { nonce: hubNonce, signature: key.sign(signedText.hub({ agentId, agentNonce, hubNonce })) }
      },
    )
    app.post(
      agentPaths.token,
      { ...route, schema: { hide: true, body: TokenRequest, response: { 200: TokenResponse } } },
      async (request) => {
        const { agentId, nonce, signature } = request.body
        const agent = await fleet.db
          .selectFrom('agents')
          .select(['key', 'revoked_at'])
          .where('id', '=', agentId)
          .executeTakeFirst()
        const signed = signedText.agent({ agentId, hubNonce: nonce })
        const isProved = agent !== undefined && isSignedBy(agent.key, signed, signature)
        if (!isProved || !tokens.spendNonce(agentId, nonce, options.now())) {
          throw new StewardError('access/unauthenticated', 'The agent has not proved its key; ask for a new nonce.')
        }
        if (agent.revoked_at !== null) {
          throw new StewardError('fleet/agent-revoked', `The agent ${agentId} was revoked at the hub.`)
        }
        return tokens.token(agentId, options.now())
      },
    )
    await app.register(linkRoute(fleet))
  }
}

async function tellEnrolled(
  fleet: Fleet,
  it: { agent: string; site: string; enrolment: string; name: string },
): Promise<void> {
  const { events, audit, now } = fleet.options
  const { agent, site, enrolment } = it
  await audit.write({ who: `agent:${agent}`, action: 'agent.enrol', site, target: agent, detail: { host: it.name } })
  const row = await findEnrolment(fleet.db, enrolment)
  if (row !== null) events.emit('enrolment', { site, id: enrolment, state: stepOf(row, now()) })
  events.emit('agent-state', { site, agent, state: 'waiting', at: now() })
}

/** The WebSocket in which the hub speaks HTTP/2 to the agent. */
function linkRoute(fleet: Fleet): FastifyPluginAsyncZod {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    handleProtocols: (offered) => (offered.has(linkProtocol) ? linkProtocol : false),
  })
  return async (app) => {
    const upgrades = leadUpgrades(app, agentPaths.link)
    app.get(agentPaths.link, { config: { access: 'agent' }, schema: { hide: true } }, async (request, reply) => {
      const agent = await fleet.authenticate(request)
      const upgrade = upgrades.get(request.raw)
      const offered = request.headers['sec-websocket-protocol']?.split(',').map((it) => it.trim())
      if (upgrade === undefined || offered?.includes(linkProtocol) !== true) {
        throw new StewardError('input/invalid', `This address takes a WebSocket with the protocol ${linkProtocol}.`)
      }
      reply.hijack()
      sockets.handleUpgrade(request.raw, upgrade.socket, upgrade.head, (socket) => fleet.links.accept(agent, socket))
    })
  }
}
