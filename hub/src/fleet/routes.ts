import {
  Agent,
  AgentList,
  DeviceRef,
  EnrolmentCreated,
  EnrolmentList,
  EnrolmentRequest,
  Enrolment as EnrolmentShown,
} from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import { Slug, Title } from '@steward/shared/model'
import { CheckResult, encodeEnrolmentToken, GrantList } from '@steward/shared/wire'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Scope } from '../access/index.ts'
import { principalOf, scopeOf } from '../http/index.ts'
import { listSites, needDevice, needSite } from '../inventory/index.ts'
import { describeAgents, listAgents, needAgent, renameAgent } from './agents.ts'
import {
  findEnrolment,
  listEnrolments,
  makeEnrolment,
  shownEnrolment,
  stepOf,
  withdrawEnrolment,
} from './enrolments.ts'
import type { Fleet } from './fleet.ts'

const ById = z.object({ id: Slug })
const Nothing = z.null()

/** The fleet for people: agents, enrolments, and what is asked of an agent now. */
export function fleetRoutes(fleet: Fleet): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(agentsRoutes(fleet))
    await app.register(enrolmentRoutes(fleet))
    await app.register(askingRoutes(fleet))
  }
}

function agentsRoutes(fleet: Fleet): FastifyPluginAsyncZod {
  const { db, presence, options } = fleet
  const shown = async (scope: Scope, id: string) => {
    const [agent] = await describeAgents(db, presence, [await needAgent(db, scope, id)])
    if (agent === undefined) throw new StewardError('input/not-found', `There is no agent "${id}".`)
    return agent
  }
  return async (app) => {
    app.get(
      '/agents',
      {
        config: { access: 'read' },
        schema: { tags: ['fleet'], summary: 'Agents, revoked ones last', response: { 200: AgentList } },
      },
      async (request) => ({
        items: await describeAgents(db, presence, await listAgents(db, scopeOf(request))),
        next: null,
      }),
    )
    app.get(
      '/agents/:id',
      {
        config: { access: 'read' },
        schema: { tags: ['fleet'], summary: 'An agent', params: ById, response: { 200: Agent } },
      },
      async (request) => shown(scopeOf(request), request.params.id),
    )
    app.patch(
      '/agents/:id',
      {
        config: { access: 'configure' },
        schema: {
          tags: ['fleet'],
          summary: 'Renames an agent',
          params: ById,
          body: z.object({ name: Title }),
          response: { 200: Agent },
        },
      },
      async (request) => {
        const scope = scopeOf(request)
        const { id, site, customer } = await needAgent(db, scope, request.params.id)
        const { name } = request.body
        await renameAgent(db, id, name)
        const who = principalOf(request).name
        await options.audit.write({ who, action: 'agent.rename', site, customer, target: id, detail: { name } })
        return shown(scope, id)
      },
    )
    app.post(
      '/agents/:id/revoke',
      {
        config: { access: 'configure' },
        schema: {
          tags: ['fleet'],
          summary: 'Ends an agent for good: its rights and its connection, at once',
          params: ById,
          response: { 200: Agent },
        },
      },
      async (request) => {
        const scope = scopeOf(request)
        const agent = await needAgent(db, scope, request.params.id)
        const { id, site, customer } = agent
        if (await fleet.revoke(agent)) {
          const who = principalOf(request).name
          await options.audit.write({ who, action: 'agent.revoke', site, customer, target: id })
        }
        return shown(scope, id)
      },
    )
  }
}

function enrolmentRoutes({ db, key, options }: Fleet): FastifyPluginAsyncZod {
  const { now, events, audit } = options
  const need = async (scope: Scope, id: string) => {
    const row = await findEnrolment(db, id)
    if (row === null) throw new StewardError('input/not-found', 'There is no such enrolment.')
    const site = await needSite(db, scope, row.site)
    return { row, customer: site.customer }
  }
  const ByUuid = z.object({ id: z.uuid() })
  return async (app) => {
    app.get(
      '/enrolments',
      {
        config: { access: 'configure' },
        schema: { tags: ['fleet'], summary: 'Enrolments, newest first', response: { 200: EnrolmentList } },
      },
      async (request) => {
        const scope = scopeOf(request)
        const sites = scope.all ? null : (await listSites(db, scope)).map((it) => it.id)
        const rows = await listEnrolments(db, sites)
        return { items: rows.map((it) => shownEnrolment(it, now())), next: null }
      },
    )
    app.post(
      '/enrolments',
      {
        config: { access: 'configure' },
        schema: {
          tags: ['fleet'],
          summary: 'A token that makes one agent of a site, within 15 minutes',
          body: EnrolmentRequest,
          response: { 200: EnrolmentCreated },
        },
      },
      async (request) => {
        const site = await needSite(db, scopeOf(request), request.body.site)
        const by = principalOf(request).name
        const name = request.body.name ?? null
        const { row, secret, withdrawn } = await makeEnrolment(db, { site: site.id, name, by, now: now() })
        const target = row.id
        await audit.write({ who: by, action: 'enrolment.make', site: site.id, customer: site.customer, target })
        for (const id of withdrawn) events.emit('enrolment', { site: site.id, id, state: 'withdrawn' })
        const ticket = { v: 1 as const, url: options.origin, secret, hubKey: key.publicKey, expiresAt: row.expires_at }
        const token = encodeEnrolmentToken({ ...ticket, ca: options.caFingerprint })
        return { ...shownEnrolment(row, now()), token, command: `npx -y pnpm@12 steward agent enrol ${token}` }
      },
    )
    app.get(
      '/enrolments/:id',
      {
        config: { access: 'configure' },
        schema: {
          tags: ['fleet'],
          summary: 'How far an enrolment has come',
          params: ByUuid,
          response: { 200: EnrolmentShown },
        },
      },
      async (request) => shownEnrolment((await need(scopeOf(request), request.params.id)).row, now()),
    )
    app.delete(
      '/enrolments/:id',
      {
        config: { access: 'configure' },
        schema: {
          tags: ['fleet'],
          summary: 'Withdraws an enrolment that nobody has used',
          params: ByUuid,
          response: { 200: Nothing },
        },
      },
      async (request) => {
        const { row, customer } = await need(scopeOf(request), request.params.id)
        const { id, site } = row
        await withdrawEnrolment(db, id, now())
        const who = principalOf(request).name
        await audit.write({ who, action: 'enrolment.withdraw', site, customer, target: id })
        events.emit('enrolment', { site, id, state: stepOf({ ...row, withdrawn_at: now() }, now()) })
        return null
      },
    )
  }
}

function askingRoutes(fleet: Fleet): FastifyPluginAsyncZod {
  const { db } = fleet
  return async (app) => {
    app.post(
      '/devices/:id/check',
      {
        config: { access: 'operate' },
        schema: {
          tags: ['fleet'],
          summary: 'Has the agent check and read a device now',
          params: z.object({ id: DeviceRef }),
          response: { 200: CheckResult },
        },
      },
      async (request) => {
        const { site, config } = await needDevice(db, scopeOf(request), request.params.id)
        return fleet.linkOfSite(site).check(config.id)
      },
    )
    app.get(
      '/sites/:id/grants',
      {
        config: { access: 'read' },
        schema: {
          tags: ['support'],
          summary: 'What the agent of a site would let through now',
          params: ById,
          response: { 200: GrantList },
        },
      },
      async (request) => {
        const site = await needSite(db, scopeOf(request), request.params.id)
        return { items: await fleet.linkOfSite(site.id).grants() }
      },
    )
  }
}
