import { DeviceDetail, DeviceList, DeviceQuery, DeviceRef, PageQuery } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import { DeviceModel, Slug, Title } from '@steward/shared/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { principalOf, scopeOf } from '../http/index.ts'
import { checkDevices } from './consistency.ts'
import { devicesNeeding, devicesOf, listDevices, needDevice, putDevice, removeDevice } from './devices.ts'
import type { Inventory } from './inventory.ts'
import { needSite } from './sites.ts'
import { describeDevices, deviceDetail } from './summaries.ts'

const Ref = z.object({ id: DeviceRef })
const AtSite = z.object({ site: Slug, id: Slug })
const Nothing = z.null()
/** `agent`: who looks after them from now on, by name; null: the site's first agent. */
const Bulk = z
  .object({
    devices: z.array(Slug).min(1).max(5000),
    enabled: z.boolean().optional(),
    agent: Title.nullable().optional(),
  })
  .refine((it) => it.enabled !== undefined || it.agent !== undefined, 'say what to change: enabled or agent')
type Bulk = z.output<typeof Bulk>

/** The device as it shall be; null where it is so already. */
function changedBy({ enabled, agent }: Bulk, before: DeviceModel): DeviceModel | null {
  const { agent: named, ...rest } = before
  const next = agent === undefined ? named : (agent ?? undefined)
  const isEnabled = enabled ?? before.enabled
  if (next === named && isEnabled === before.enabled) return null
  return { ...rest, enabled: isEnabled, ...(next === undefined ? {} : { agent: next }) }
}

export function deviceRoutes(inventory: Inventory): FastifyPluginAsyncZod {
  const { db, platform, ports } = inventory
  const detailOf = async (ref: string, scope: Parameters<typeof needDevice>[1]) => {
    return deviceDetail(db, ports, await needDevice(db, scope, ref), platform.now())
  }
  return async (app) => {
    app.get(
      '/devices',
      {
        config: { access: 'read' },
        schema: {
          tags: ['inventory'],
          summary: 'Devices by site and name',
          querystring: PageQuery.extend(DeviceQuery.shape),
          response: { 200: DeviceList },
        },
      },
      async (request) => {
        const { limit, next, ...filter } = request.query
        const rows = await listDevices(db, scopeOf(request), filter, { limit: limit + 1, after: next ?? null })
        const page = rows.slice(0, limit)
        const last = page.at(-1)
        const items = await describeDevices(db, ports, page, platform.now())
        return {
          items,
          next: rows.length > limit && last !== undefined ? `${last.site}:${last.config.id}` : null,
        }
      },
    )
    app.get(
      '/devices/:id',
      {
        config: { access: 'read' },
        schema: {
          tags: ['inventory'],
          summary: 'A device: `site:device`, or its name alone where that is enough',
          params: Ref,
          response: { 200: DeviceDetail },
        },
      },
      async (request) => detailOf(request.params.id, scopeOf(request)),
    )
    app.put(
      '/sites/:site/devices/:id',
      {
        config: { access: 'configure' },
        schema: {
          tags: ['inventory'],
          summary: 'Makes or changes a device',
          params: AtSite,
          body: DeviceModel.omit({ id: true }),
          response: { 200: DeviceDetail },
        },
      },
      async (request) => {
        const scope = scopeOf(request)
        const { id } = request.params
        const site = await needSite(db, scope, request.params.site)
        const device: DeviceModel = { id, ...request.body }
        const others = (await devicesOf(db, site.id)).map((it) => it.config).filter((it) => it.id !== id)
        checkDevices(site.systems, [...others, device])
        await putDevice(db, site.id, device, platform.now())
        await inventory.changed(principalOf(request), {
          action: 'device.put',
          site: site.id,
          customer: site.customer,
          target: id,
        })
        return detailOf(`${site.id}:${id}`, scope)
      },
    )
    app.delete(
      '/sites/:site/devices/:id',
      {
        config: { access: 'configure' },
        schema: {
          tags: ['inventory'],
          summary: 'Removes a device that no other needs',
          params: AtSite,
          response: { 200: Nothing },
        },
      },
      async (request) => {
        const site = await needSite(db, scopeOf(request), request.params.site)
        const { id } = request.params
        await needDevice(db, scopeOf(request), `${site.id}:${id}`)
        const needing = await devicesNeeding(db, site.id, id)
        if (needing.length > 0)
          throw new StewardError('input/conflict', `${needing.slice(0, 5).join(', ')} need "${id}"; change them first.`)
        await removeDevice(db, site.id, id)
        await inventory.changed(principalOf(request), {
          action: 'device.remove',
          site: site.id,
          customer: site.customer,
          target: id,
        })
        return null
      },
    )
    app.post(
      '/sites/:id/devices/bulk',
      {
        config: { access: 'configure' },
        schema: {
          tags: ['inventory'],
          summary: 'Switches many devices on or off, or gives them to an agent',
          params: z.object({ id: Slug }),
          body: Bulk,
          response: { 200: z.object({ changed: z.int() }) },
        },
      },
      async (request) => {
        const site = await needSite(db, scopeOf(request), request.params.id)
        const { devices, enabled, agent } = request.body
        const wanted = new Set(devices)
        const stored = (await devicesOf(db, site.id)).filter((it) => wanted.has(it.config.id))
        const found = stored.flatMap(({ config }) => changedBy(request.body, config) ?? [])
        await db.transaction().execute(async (within) => {
          for (const config of found) await putDevice(within, site.id, config, platform.now())
        })
        await inventory.changed(principalOf(request), {
          action: enabled === undefined ? 'device.assign' : enabled ? 'device.enable' : 'device.disable',
          site: site.id,
          customer: site.customer,
          target: found.map((it) => it.id).join(' '),
          ...(agent === undefined ? {} : { detail: { agent } }),
        })
        return { changed: found.length }
      },
    )
  }
}
