import { LinkDecision, LinksQuery, SiteLinks } from '@steward/shared/api'
import { Slug } from '@steward/shared/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { principalOf, scopeOf } from '../http/index.ts'
import { needSite } from '../inventory/index.ts'
import { decideLinks } from './decide.ts'
import { linksOf } from './links.ts'
import type { Topology } from './topology.ts'

const Id = z.object({ id: Slug })

export function topologyRoutes({ db, inventory }: Topology): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/sites/:id/links',
      {
        config: { access: 'read' },
        schema: {
          tags: ['topology'],
          summary: 'What was learned of who hangs on whom, with its evidence, beside what is stated',
          params: Id,
          querystring: LinksQuery,
          response: { 200: SiteLinks },
        },
      },
      async (request) => {
        const { id } = await needSite(db, scopeOf(request), request.params.id)
        const { device, undecided } = request.query
        return linksOf(db, id, { device, undecided: undecided !== undefined })
      },
    )
    app.post(
      '/sites/:id/links',
      {
        // Those who go to the devices know how they are wired: engineers and administrators.
        config: { access: 'connect' },
        schema: {
          tags: ['topology'],
          summary: 'Confirms or overrules learned links, or takes that back, and gives those that are left',
          params: Id,
          body: LinkDecision,
          response: { 200: SiteLinks },
        },
      },
      async (request) => {
        const site = await needSite(db, scopeOf(request), request.params.id)
        const by = principalOf(request)
        const { decision, devices } = request.body
        const now = inventory.platform.now()
        const changed = await decideLinks(inventory.platform.db, { site: site.id, by: by.name, now, decision, devices })
        const target = devices.join(' ').slice(0, 500)
        const change = { site: site.id, customer: site.customer, target, action: `topology.${decision}` }
        await inventory.changed(by, { ...change, detail: { devices: devices.length, changed: changed.length } })
        return linksOf(db, site.id, { undecided: true })
      },
    )
  }
}
