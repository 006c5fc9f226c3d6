import { AvailabilityQuery, CapabilityQuery, SiteAvailability, SiteCapability, SiteTopology } from '@steward/shared/api'
import { Slug } from '@steward/shared/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { scopeOf } from '../http/index.ts'
import { needSite } from '../inventory/index.ts'
import { availabilityOf } from './availability.ts'
import { capabilityOver } from './capability-history.ts'
import type { Faults } from './faults.ts'

const Id = z.object({ id: Slug })

/** What is worked out of a site's model: who needs whom, and how much of a month all of it was there. */
export function siteServiceRoutes(faults: Faults): FastifyPluginAsyncZod {
  const { db, models } = faults
  // One at a time: each is a second of work at worst, and nobody shall take the whole machine with them.
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const answer = turn.then(work)
    turn = answer.catch(() => undefined)
    return answer
  }
  return async (app) => {
    app.get(
      '/sites/:id/availability',
      {
        config: { access: 'read' },
        schema: {
          tags: ['inventory'],
          summary: 'How much of a month a site, its systems and its devices were there, with and without maintenance',
          params: Id,
          querystring: AvailabilityQuery,
          response: { 200: SiteAvailability },
        },
      },
      async (request) => {
        const site = await needSite(db, scopeOf(request), request.params.id)
        return inTurn(() => availabilityOf(faults, { site, ...request.query }))
      },
    )
    app.get(
      '/sites/:id/capability',
      {
        config: { access: 'read' },
        schema: {
          tags: ['inventory'],
          summary: 'What each function of a site was capable of over a span of time',
          params: Id,
          querystring: CapabilityQuery,
          response: { 200: SiteCapability },
        },
      },
      async (request) => {
        const { id } = await needSite(db, scopeOf(request), request.params.id)
        return inTurn(() => capabilityOver(faults, { site: id, ...request.query }))
      },
    )
    app.get(
      '/sites/:id/topology',
      {
        config: { access: 'read' },
        schema: {
          tags: ['inventory'],
          summary: 'Who needs whom at a site',
          params: Id,
          response: { 200: SiteTopology },
        },
      },
      async (request) => {
        const { id } = await needSite(db, scopeOf(request), request.params.id)
        const { devices } = await models.of(id)
        return { devices: devices.map((it) => ({ id: it.id, needs: it.needs })) }
      },
    )
  }
}
