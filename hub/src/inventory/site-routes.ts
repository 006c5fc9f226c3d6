import { Customer, CustomerInput, CustomerList, PageQuery, SiteDetail, SiteInput, SiteList } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import { Slug } from '@steward/shared/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { covers } from '../access/index.ts'
import { principalOf, scopeOf } from '../http/index.ts'
import { checkDevices } from './consistency.ts'
import { findCustomer, listCustomers, putCustomer, removeCustomer } from './customers.ts'
import { devicesOf } from './devices.ts'
import type { Inventory } from './inventory.ts'
import { findSite, listSites, needSite, putSite, removeSite } from './sites.ts'
import { siteDetail, summarise } from './summaries.ts'

const Id = z.object({ id: Slug })
const Nothing = z.null()

export function customerRoutes({ db, platform }: Inventory): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/customers',
      {
        config: { access: 'read' },
        schema: { tags: ['inventory'], summary: 'Customers', response: { 200: CustomerList } },
      },
      async (request) => ({ items: await listCustomers(db, scopeOf(request)), next: null }),
    )
    app.put(
      '/customers/:id',
      {
        config: { access: 'configure' },
        schema: {
          tags: ['inventory'],
          summary: 'Makes or changes a customer',
          params: Id,
          body: CustomerInput.omit({ id: true }),
          response: { 200: Customer },
        },
      },
      async (request) => {
        const { id } = request.params
        const scope = scopeOf(request)
        if (!covers(scope, id)) throw new StewardError('access/forbidden', 'This customer is not yours to configure.')
        const known = (await findCustomer(db, id)) !== null
        await putCustomer(db, { id, ...request.body }, platform.now())
        const action = known ? 'customer.update' : 'customer.create'
        await platform.audit.write({ who: principalOf(request).name, action, customer: id, target: id })
        const customer = (await listCustomers(db, scope)).find((it) => it.id === id)
        return customer ?? { id, ...request.body, sites: 0 }
      },
    )
    app.delete(
      '/customers/:id',
      {
        config: { access: 'configure' },
        schema: {
          tags: ['inventory'],
          summary: 'Removes a customer without sites',
          params: Id,
          response: { 200: Nothing },
        },
      },
      async (request) => {
        const { id } = request.params
        if (!covers(scopeOf(request), id) || (await findCustomer(db, id)) === null) {
          throw new StewardError('input/not-found', `There is no customer "${id}".`)
        }
        await removeCustomer(db, id)
        await platform.audit.write({
          who: principalOf(request).name,
          action: 'customer.remove',
          customer: id,
          target: id,
        })
        return null
      },
    )
  }
}

export function siteRoutes(inventory: Inventory): FastifyPluginAsyncZod {
  const { db, platform, ports } = inventory
  return async (app) => {
    app.get(
      '/sites',
      {
        config: { access: 'read' },
        schema: {
          tags: ['inventory'],
          summary: 'Sites, worst first',
          querystring: PageQuery,
          response: { 200: SiteList },
        },
      },
      async (request) => {
        const { limit, next } = request.query
        const all = await summarise(db, ports, await listSites(db, scopeOf(request)))
        // Sorted by what changes, so a page begins behind a named site and not at a number.
        const start = next === undefined ? 0 : all.findIndex((it) => it.id === next) + 1
        const items = all.slice(start, start + limit)
        return { items, next: start + limit < all.length ? (items.at(-1)?.id ?? null) : null }
      },
    )
    app.get(
      '/sites/:id',
      {
        config: { access: 'read' },
        schema: {
          tags: ['inventory'],
          summary: 'A site with its systems and their capability',
          params: Id,
          response: { 200: SiteDetail },
        },
      },
      async (request) => siteDetail(db, ports, await needSite(db, scopeOf(request), request.params.id)),
    )
    app.get(
      '/sites/:id/input',
      {
        config: { access: 'configure' },
        schema: {
          tags: ['inventory'],
          summary: 'A site as it is configured',
          params: Id,
          response: { 200: SiteInput },
        },
      },
      async (request) => needSite(db, scopeOf(request), request.params.id),
    )
    app.put(
      '/sites/:id',
      {
        config: { access: 'configure' },
        schema: {
          tags: ['inventory'],
          summary: 'Makes or changes a site',
          params: Id,
          body: SiteInput.omit({ id: true }),
          response: { 200: SiteDetail },
        },
      },
      async (request) => {
        const { id } = request.params
        const scope = scopeOf(request)
        const site = { id, ...request.body }
        const before = await findSite(db, { all: true }, id)
        if (!covers(scope, site.customer) || (before !== null && !covers(scope, before.customer))) {
          throw new StewardError('access/forbidden', 'This customer is not yours to configure.')
        }
        if (before !== null)
          checkDevices(
            site.systems,
            (await devicesOf(db, id)).map((it) => it.config),
          )
        await putSite(db, site, platform.now())
        const action = before === null ? 'site.create' : 'site.update'
        await inventory.changed(principalOf(request), { action, site: id, customer: site.customer, target: id })
        return siteDetail(db, ports, await needSite(db, scope, id))
      },
    )
    app.delete(
      '/sites/:id',
      {
        config: { access: 'configure' },
        schema: {
          tags: ['inventory'],
          summary: 'Removes a site with its devices',
          params: Id,
          response: { 200: Nothing },
        },
      },
      async (request) => {
        const site = await needSite(db, scopeOf(request), request.params.id)
        await removeSite(db, site.id)
        platform.events.emit('site-removed', { site: site.id })
        await inventory.changed(principalOf(request), {
          action: 'site.remove',
          site: site.id,
          customer: site.customer,
          target: site.id,
        })
        return null
      },
    )
  }
}
