import { DeviceRef, PointList, type PointNow, Series, SeriesQuery } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { PointDescriptor } from '@steward/shared/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { scopeOf } from '../http/index.ts'
import { type InventoryTables, needDevice, needSite } from '../inventory/index.ts'
import { type PointTables, pointsOf } from './points.ts'
import { bucketMsOf, type LatestValue, type TimeSeriesStore } from './store.ts'

export type SeriesParts = { db: Kysely<unknown>; store: TimeSeriesStore; now: () => number }

const ByRef = z.object({ id: DeviceRef })

export function seriesRoutes(parts: SeriesParts): FastifyPluginAsyncZod {
  const db = parts.db.withTables<InventoryTables & PointTables>()
  return async (app) => {
    app.get(
      '/devices/:id/points',
      {
        config: { access: 'read' },
        schema: {
          tags: ['points'],
          summary: 'The points of a device with their last values',
          params: ByRef,
          response: { 200: PointList },
        },
      },
      async (request) => {
        const scope = scopeOf(request)
        const { site, config } = await needDevice(db, scope, request.params.id)
        const { settings } = await needSite(db, scope, site)
        const described = await pointsOf(db, site, config.id)
        const latest = await parts.store.latest({ site, device: config.id })
        // Three intervals without a value: it is not what the device has now.
        return { items: pointsNow(described, latest, parts.now() - 3 * settings.pollIntervalMs), next: null }
      },
    )
    app.get(
      '/devices/:id/series',
      {
        config: { access: 'read' },
        schema: {
          tags: ['points'],
          summary: 'A point over time, in equal spans',
          params: ByRef,
          querystring: SeriesQuery,
          response: { 200: Series },
        },
      },
      async (request) => {
        const { site, config } = await needDevice(db, scopeOf(request), request.params.id)
        const { point, buckets } = request.query
        const [from, to] = [Date.parse(request.query.from), Date.parse(request.query.to)]
        if (to <= from) throw new StewardError('input/invalid', 'to: the end must be after the beginning.')
        const described = await pointsOf(db, site, config.id)
        const spans = await parts.store.series({ site, device: config.id, point, from, to, buckets })
        return {
          site,
          device: config.id,
          point,
          unit: described.find((it) => it.id === point)?.unit ?? '',
          from: new Date(from).toISOString(),
          to: new Date(to).toISOString(),
          bucketMs: bucketMsOf({ from, to, buckets }),
          buckets: spans.map(({ at, ...span }) => ({ at: new Date(at).toISOString(), ...span })),
        }
      },
    )
  }
}

/** Described points in the order of their description, then values that nobody has described (yet). */
function pointsNow(
  described: readonly PointDescriptor[],
  latest: readonly LatestValue[],
  freshFrom: number,
): PointNow[] {
  const values = new Map(latest.map((it) => [it.point, it]))
  const names = new Set(described.map((it) => it.id))
  const others = latest
    .filter((it) => !names.has(it.point) && it.at >= freshFrom)
    .map((it) => ({ id: it.point, class: '', instance: '', name: it.point, unit: '' }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  return [...described, ...others].map((point) => {
    const last = values.get(point.id)
    if (last === undefined) return { ...point, value: null, at: null, stale: false }
    return { ...point, value: last.value, at: new Date(last.at).toISOString(), stale: last.at < freshFrom }
  })
}
