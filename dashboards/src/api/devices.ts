import { DeviceDetail, DeviceList, PointList, Series } from '@steward/shared/api'
import type { DeviceModel } from '@steward/shared/model'
import { CheckResult } from '@steward/shared/wire'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { call, v1 } from './call.ts'

const Nothing = z.null()
const pageSize = 1000

/** `site:device`, as addresses name a device. */
export const refOf = (device: { site: string; id: string }): string => `${device.site}:${device.id}`

/** All devices of a site, page by page. */
export const devicesQuery = (site: string) =>
  infiniteQueryOptions({
    queryKey: ['devices', site],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      call('GET', v1('devices'), { answer: DeviceList, query: { site, limit: pageSize, next: pageParam }, signal }),
    getNextPageParam: (last) => last.next,
  })

/** Devices of all sites that match a name, address, MAC or serial number: for the palette. */
export const deviceSearchQuery = (q: string) =>
  queryOptions({
    queryKey: ['device-search', q],
    queryFn: async ({ signal }) =>
      (await call('GET', v1('devices'), { answer: DeviceList, query: { q, limit: 8 }, signal })).items,
    enabled: q.length >= 2,
    staleTime: 10_000,
  })

export const deviceQuery = (ref: string) =>
  queryOptions({
    queryKey: ['device', ref],
    queryFn: ({ signal }) => call('GET', v1('devices', ref), { answer: DeviceDetail, signal }),
  })

export const pointsQuery = (ref: string) =>
  queryOptions({
    queryKey: ['points', ref],
    queryFn: async ({ signal }) =>
      (await call('GET', v1('devices', ref, 'points'), { answer: PointList, query: { limit: 1000 }, signal })).items,
  })

export type SeriesSpan = { from: string; to: string; buckets: number }

export const seriesQuery = (ref: string, point: string, span: SeriesSpan) =>
  queryOptions({
    queryKey: ['series', ref, point, span.from, span.to, span.buckets],
    queryFn: ({ signal }) =>
      call('GET', v1('devices', ref, 'series'), { answer: Series, query: { point, ...span }, signal }),
    // The span moves on by itself; an old one is not asked for again.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  })

export const putDevice = (site: string, { id, ...body }: z.input<typeof DeviceModel>) =>
  call('PUT', v1('sites', site, 'devices', id), { answer: DeviceDetail, body })

export const removeDevice = (site: string, id: string) =>
  call('DELETE', v1('sites', site, 'devices', id), { answer: Nothing })

/** Switches devices on or off, or gives them to an agent (null: the site's first). */
export const changeDevices = (
  site: string,
  body: { devices: readonly string[] } & ({ enabled: boolean } | { agent: string | null }),
) => call('POST', v1('sites', site, 'devices', 'bulk'), { answer: z.object({ changed: z.int() }), body })

/** Has the agent check and read a device now. */
export const checkDevice = (ref: string) => call('POST', v1('devices', ref, 'check'), { answer: CheckResult, body: {} })
