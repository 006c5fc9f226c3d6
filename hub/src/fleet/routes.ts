import { Agent, AgentList, DeviceRef } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import { Slug, Title } from '@steward/shared/model'
import { CheckResult, GrantList } from '@steward/shared/wire'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Scope } from '../access/index.ts'
import { principalOf, scopeOf } from '../http/index.ts'
import { needDevice, needSite } from '../inventory/index.ts'
import { describeAgents, listAgents, needAgent, renameAgent } from './agents.ts'
import { enrolmentRoutes } from './enrolment-routes.ts'
import type { Fleet } from './fleet.ts'

const ById = z.object({ id: Slug })

/** The fleet for people: agents, enrolments, and what is asked of an agent now. */
export function fleetRoutes(fleet: Fleet): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(agentsRoutes(fleet))
    await app.register(enrolmentRoutes(fleet))
    await app.register(askingRoutes(fleet))
  }
}

type Shown = (scope: Scope, id: string) => Promise<z.output<typeof Agent>>

function agentsRoutes(fleet: Fleet): FastifyPluginAsyncZod {
  const { db, presence } = fleet
  const shown: Shown = async (scope, id) => {
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
    await app.register(changingRoutes(fleet, shown))
  }
}

/** What people change of an agent. */
function changingRoutes(fleet: Fleet, shown: Shown): FastifyPluginAsyncZod {
  const { db, options } = fleet
  return async (app) => {
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
        const agent = await needAgent(db, scope, request.params.id)
        const { id, site, customer } = agent
        const { name } = request.body
        await renameAgent(db, agent, name)
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
        return (await fleet.linkOfDevice(site, config.id)).check(config.id)
      },
    )
    app.get(
      '/sites/:id/grants',
      {
        config: { access: 'read' },
        schema: {
          tags: ['support'],
          summary: 'What the agents of a site would let through now',
          params: ById,
          response: { 200: GrantList },
        },
      },
      async (request) => {
        const site = await needSite(db, scopeOf(request), request.params.id)
        return { items: (await Promise.all(fleet.linksOfSite(site.id).map((it) => it.grants()))).flat() }
      },
    )
  }
}
