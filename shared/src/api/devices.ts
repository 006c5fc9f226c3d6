import { z } from 'zod'
import {
  DeviceModel,
  DeviceState,
  FaultLevel,
  Identity,
  Instant,
  PointDescriptor,
  PointValue,
  Slug,
  Title,
} from '../model/index.ts'
import { pageOf } from './page.ts'

/**
 * How a device is named in an address: `site:device`, or `device` alone where the caller sees only one of that name
 * (otherwise 409 with the choices).
 */
export const DeviceRef = z.string().regex(/^(?:[a-z0-9._-]{1,63}:)?[a-z0-9._-]{1,63}$/)

export const SecretState = z.enum(['not-needed', 'missing', 'set', 'works', 'refused'])

export const DeviceSummary = z.object({
  id: Slug,
  site: Slug,
  name: z.string(),
  kind: z.string(),
  address: z.string().nullable(),
  systems: z.array(Slug),
  location: z.string(),
  /** name of the agent that it is given to; left out: the site's first agent */
  agent: Title.optional(),
  state: DeviceState,
  /** since when it is in this state */
  since: Instant.nullable(),
  reason: z.object({ zh: z.string(), en: z.string() }).nullable(),
  /** the level of its own open fault, or null */
  level: FaultLevel.nullable(),
  /** the device whose fault affects this one, or null */
  affectedBy: z.array(Slug),
  secret: SecretState,
  maintenance: z.boolean(),
  identity: Identity,
})
export type DeviceSummary = z.infer<typeof DeviceSummary>
export const DeviceList = pageOf(DeviceSummary)

export const DeviceDetail = DeviceSummary.extend({
  config: DeviceModel,
  /** devices of the same site that need this one, directly */
  neededBy: z.array(Slug),
  problems: z.array(z.object({ code: z.string(), message: z.string(), since: Instant })),
  /** its states, oldest first, for the band over time (default the last 7 days) */
  history: z.array(z.object({ at: Instant, state: DeviceState })),
})
export type DeviceDetail = z.infer<typeof DeviceDetail>

export const DeviceQuery = z.object({
  site: Slug.optional(),
  state: DeviceState.optional(),
  kind: z.string().max(40).optional(),
  system: Slug.optional(),
  q: z.string().max(120).optional(),
})

/** A point with its last value; `stale` when it has not been read for three intervals. */
export const PointNow = PointDescriptor.extend({
  value: PointValue,
  at: Instant.nullable(),
  stale: z.boolean(),
})
export type PointNow = z.infer<typeof PointNow>
export const PointList = pageOf(PointNow)

export const SeriesQuery = z.object({
  point: z.string().min(1).max(128),
  from: Instant,
  to: Instant,
  buckets: z.coerce.number().int().min(1).max(5000).default(300),
})

/** Equal spans from `from`; a span without samples is left out (a gap is a gap). States have `last` as a word and no figures. */
export const SeriesBucket = z.object({
  at: Instant,
  count: z.int(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  mean: z.number().nullable(),
  last: z.union([z.number(), z.string(), z.boolean(), z.null()]),
})
export const Series = z.object({
  site: Slug,
  device: Slug,
  point: z.string(),
  unit: z.string(),
  from: Instant,
  to: Instant,
  bucketMs: z.number(),
  buckets: z.array(SeriesBucket),
})
export type Series = z.infer<typeof Series>
