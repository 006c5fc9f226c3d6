import { MaintenanceEntryList, MaintenanceQuery, pageOf, type SiteInput } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import { MaintenanceInput, MaintenanceWindow, Slug } from '@steward/shared/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Principal } from '../access/index.ts'
import { principalOf, scopeOf } from '../http/index.ts'
import { addMaintenance, changeMaintenance, endMaintenance, removeMaintenance } from './change-maintenance.ts'
import { devicesOf } from './devices.ts'
import type { Inventory } from './inventory.ts'
import { listMaintenance } from './maintenance.ts'
import { maintenanceOfSites } from './maintenance-of-sites.ts'
import { needSite } from './sites.ts'

const Id = z.object({ id: Slug })
const IdAndWindow = Id.extend({ window: z.string().max(64) })
const Nothing = z.null()

type App = Parameters<FastifyPluginAsyncZod>[0]

export function maintenanceRoutes(inventory: Inventory): FastifyPluginAsyncZod {
  return async (app) => {
    readingRoutes(app, inventory)
    makingRoutes(app, inventory)
    endingRoutes(app, inventory)
  }
}

function readingRoutes(app: App, { db, platform }: Inventory): void {
  app.get(
    '/maintenance',
    {
      config: { access: 'read' },
      schema: {
        tags: ['inventory'],
        summary: 'Maintenance windows of all sites that are ahead, under way, or not over for more than 90 days',
        querystring: MaintenanceQuery,
        response: { 200: MaintenanceEntryList },
      },
    },
    async (request) => {
      const scope = scopeOf(request)
      const { site } = request.query
      if (site !== undefined) await needSite(db, scope, site)
      return { items: await maintenanceOfSites(db, scope, { site, now: platform.now() }), next: null }
    },
  )
  app.get(
    '/sites/:id/maintenance',
    {
      config: { access: 'read' },
      schema: {
        tags: ['inventory'],
        summary: 'Maintenance windows of a site',
        params: Id,
        response: { 200: pageOf(MaintenanceWindow) },
      },
    },
    async (request) => {
      const site = await needSite(db, scopeOf(request), request.params.id)
      return { items: await listMaintenance(db, site.id), next: null }
    },
  )
}

function makingRoutes(app: App, inventory: Inventory): void {
  const { db, platform } = inventory
  app.post(
    '/sites/:id/maintenance',
    {
      config: { access: 'operate' },
      schema: {
        tags: ['inventory'],
        summary: 'Adds a maintenance window: once, every week, or on the days of a calendar',
        params: Id,
        body: MaintenanceInput,
        response: { 200: MaintenanceWindow },
      },
    },
    async (request) => {
      const site = await needSite(db, scopeOf(request), request.params.id)
      const by = principalOf(request)
      await checkScope(inventory, site, request.body)
      const window = await addMaintenance(db, site, request.body, { by: by.name, now: platform.now() })
      await note(inventory, by, { action: 'maintenance.add', site, window })
      return window
    },
  )
  app.put(
    '/sites/:id/maintenance/:window',
    {
      config: { access: 'operate' },
      schema: {
        tags: ['inventory'],
        summary: 'Changes a maintenance window that is not over; what it covered so far stays as it was',
        params: IdAndWindow,
        body: MaintenanceInput,
        response: { 200: MaintenanceWindow },
      },
    },
    async (request) => {
      const site = await needSite(db, scopeOf(request), request.params.id)
      const by = principalOf(request)
      await checkScope(inventory, site, request.body)
      const it = { by: by.name, now: platform.now() }
      const window = await changeMaintenance(db, site, request.params.window, request.body, it)
      await note(inventory, by, { action: 'maintenance.change', site, window })
      return window
    },
  )
}

function endingRoutes(app: App, inventory: Inventory): void {
  const { db, platform } = inventory
  app.post(
    '/sites/:id/maintenance/:window/end',
    {
      config: { access: 'operate' },
      schema: {
        tags: ['inventory'],
        summary: 'Ends what is under way of a maintenance window; one that recurs comes again',
        params: IdAndWindow,
        response: { 200: MaintenanceWindow },
      },
    },
    async (request) => {
      const site = await needSite(db, scopeOf(request), request.params.id)
      const window = await endMaintenance(db, site, request.params.window, platform.now())
      await note(inventory, principalOf(request), { action: 'maintenance.end', site, window })
      return window
    },
  )
  app.delete(
    '/sites/:id/maintenance/:window',
    {
      config: { access: 'operate' },
      schema: {
        tags: ['inventory'],
        summary: 'Takes a maintenance window away, or ends it for good where it has begun',
        params: IdAndWindow,
        response: { 200: Nothing },
      },
    },
    async (request) => {
      const site = await needSite(db, scopeOf(request), request.params.id)
      await removeMaintenance(db, site, request.params.window, platform.now())
      await inventory.changed(principalOf(request), {
        action: 'maintenance.remove',
        site: site.id,
        customer: site.customer,
        target: request.params.window,
      })
      return null
    },
  )
}

/** A mistyped device or system would be maintained by nobody: refused where it is entered. */
async function checkScope(
  { db }: Inventory,
  site: SiteInput,
  { devices, systems }: Pick<MaintenanceInput, 'devices' | 'systems'>,
): Promise<void> {
  const unknownSystem = systems.find((it) => site.systems.every((known) => known.id !== it))
  if (unknownSystem !== undefined) {
    throw new StewardError('input/invalid', `systems: "${unknownSystem}" is no system of ${site.id}.`)
  }
  const known = new Set(devices.length === 0 ? [] : (await devicesOf(db, site.id)).map((it) => it.config.id))
  const unknown = devices.find((it) => !known.has(it))
  if (unknown !== undefined)
    throw new StewardError('input/invalid', `devices: "${unknown}" is no device of ${site.id}.`)
}

async function note(
  inventory: Inventory,
  by: Principal,
  { action, site, window }: { action: string; site: SiteInput; window: MaintenanceWindow },
): Promise<void> {
  const { id: target, ...detail } = window
  await inventory.changed(by, { action, site: site.id, customer: site.customer, target, detail })
}
