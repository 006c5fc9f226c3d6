import { DiscoveredList, DiscoveryAccept, DiscoveryAccepted, SiteDiscovery } from '@steward/shared/api'
import { completed, devicesByAddress, proposeDevices } from '@steward/shared/discovery'
import { DiscoveryRequest, Slug } from '@steward/shared/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { principalOf, scopeOf } from '../http/index.ts'
import { applyInventory, devicesOf, needSite } from '../inventory/index.ts'
import { devicesOfAccepted } from './accept.ts'
import type { Discoveries } from './discoveries.ts'
import { foundAt, searchOf } from './store.ts'

const Id = z.object({ id: Slug })

export function discoveryRoutes(room: Discoveries): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(readingRoutes(room))
    await app.register(searchingRoutes(room))
    await app.register(acceptingRoutes(room))
  }
}

function readingRoutes({ db, options }: Discoveries): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/sites/:id/discovery',
      {
        config: { access: 'operate' },
        schema: {
          tags: ['discovery'],
          summary: 'Where devices of a site can be searched for, and how far the last search is',
          params: Id,
          response: { 200: SiteDiscovery },
        },
      },
      async (request) => {
        const { id } = await needSite(db, scopeOf(request), request.params.id)
        return { networks: await options.networksOf(id), search: await searchOf(db, id) }
      },
    )
    app.get(
      '/sites/:id/discovery/devices',
      {
        config: { access: 'operate' },
        schema: {
          tags: ['discovery'],
          summary: 'What the last search found, with what each would be at the site',
          params: Id,
          response: { 200: DiscoveredList },
        },
      },
      async (request) => {
        const { id, systems } = await needSite(db, scopeOf(request), request.params.id)
        const now = { systems, devices: (await devicesOf(db, id)).map((it) => it.config) }
        const found = await completed(await foundAt(db, id))
        found.sort((a, b) => a.address.localeCompare(b.address, 'en', { numeric: true }))
        const proposals = proposeDevices(found, now).devices
        const known = devicesByAddress(now)
        const items = found.flatMap((it, at) => {
          const proposal = proposals[at]
          return proposal === undefined ? [] : [{ ...it, proposal, known: known.get(it.address)?.id ?? null }]
        })
        return { items, next: null }
      },
    )
  }
}

function searchingRoutes({ db, options, start, cancel }: Discoveries): FastifyPluginAsyncZod {
  const { audit } = options.platform
  const stateOf = async (site: string) => ({
    networks: await options.networksOf(site),
    search: await searchOf(db, site),
  })
  return async (app) => {
    app.post(
      '/sites/:id/discovery',
      {
        config: { access: 'operate' },
        schema: {
          tags: ['discovery'],
          summary: 'Has the agent of a site search a network; what the search before found is forgotten',
          params: Id,
          body: DiscoveryRequest,
          response: { 200: SiteDiscovery },
        },
      },
      async (request) => {
        const { id: site, customer } = await needSite(db, scopeOf(request), request.params.id)
        const who = principalOf(request).name
        const { network, packetsPerSecond } = request.body
        await start(site, request.body, who)
        const detail = { packetsPerSecond }
        await audit.write({ who, action: 'discovery.start', site, customer, target: network, detail })
        return stateOf(site)
      },
    )
    app.post(
      '/sites/:id/discovery/cancel',
      {
        config: { access: 'operate' },
        schema: {
          tags: ['discovery'],
          summary: 'Ends the search at once; what was found until then is kept',
          params: Id,
          response: { 200: SiteDiscovery },
        },
      },
      async (request) => {
        const { id: site, customer } = await needSite(db, scopeOf(request), request.params.id)
        const who = principalOf(request).name
        if (await cancel(site)) await audit.write({ who, action: 'discovery.cancel', site, customer, target: site })
        return stateOf(site)
      },
    )
  }
}

function acceptingRoutes({ db, options }: Discoveries): FastifyPluginAsyncZod {
  const { inventory, platform } = options
  return async (app) => {
    app.post(
      '/sites/:id/discovery/accept',
      {
        config: { access: 'configure' },
        bodyLimit: 4 * 1024 * 1024,
        schema: {
          tags: ['discovery'],
          summary: 'Makes devices of what was found: with their systems, connections and needs, all or nothing',
          params: Id,
          body: DiscoveryAccept,
          response: { 200: DiscoveryAccepted },
        },
      },
      async (request) => {
        const scope = scopeOf(request)
        const site = await needSite(db, scope, request.params.id)
        const before = (await devicesOf(db, site.id)).map((it) => it.config)
        const made = devicesOfAccepted({ site, devices: before }, await foundAt(db, site.id), request.body)
        const created = made.devices.map((it) => it.id)
        if (created.length > 0) {
          const document = {
            customers: [],
            sites: [{ ...site, systems: made.systems, devices: made.devices }],
            recipients: [],
          }
          await applyInventory(db, scope, document, { dryRun: false, now: platform.now() })
          await inventory.changed(principalOf(request), {
            action: 'discovery.accept',
            site: site.id,
            customer: site.customer,
            target: created.join(' ').slice(0, 500),
            detail: { devices: created.length },
          })
        }
        return { created, known: made.known }
      },
    )
  }
}
