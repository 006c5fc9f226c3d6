import { z } from 'zod'
import { Instant, Slug, TimeZone } from '../model/index.ts'

export const AvailabilityQuery = z.object({
  /** in the site's time zone; the running one when left out */
  month: z
    .string()
    .regex(/^20\d\d-(?:0[1-9]|1[0-2])$/, 'write year and month, for example 2026-11')
    .optional(),
  /** this device alone, with its days */
  device: Slug.optional(),
})

/** `percent` (0 to 100) is the time up of the time up or down; null where nothing is known. */
const Share = z.object({ percent: z.number().nullable(), upMs: z.int(), downMs: z.int(), unknownMs: z.int() })
/** Of all the time, and of the time without maintenance. */
const Availability = z.object({ whole: Share, withoutMaintenance: Share })
export type Availability = z.infer<typeof Availability>
const Days = z.array(Availability.extend({ date: z.iso.date() })).max(31)
export type AvailabilityDays = z.infer<typeof Days>

/** A month of a site. A system is down while one of its essential functions is paralysed; the site while a system is. */
export const SiteAvailability = z.object({
  site: Slug,
  month: z.string(),
  timezone: TimeZone,
  from: Instant,
  /** up to where it is counted: the end of the month, or now */
  to: Instant,
  whole: Availability.extend({ days: Days }),
  systems: z.array(Availability.extend({ id: Slug, days: Days })),
  /** the least available first, at most 1000 */
  devices: z.array(Availability.extend({ id: Slug, name: z.string(), days: Days.optional() })),
})
export type SiteAvailability = z.infer<typeof SiteAvailability>

export const CapabilityQuery = z.object({
  /** a week before `to` when left out */
  from: Instant.optional(),
  /** now when left out */
  to: Instant.optional(),
})

/** Capability as shown of each function over a span: `value` (0 to 1) from `at` on; null while nothing is known of any device. */
export const SiteCapability = z.object({
  site: Slug,
  from: Instant,
  to: Instant,
  functions: z.array(
    z.object({
      /** `system/function` */
      function: z.string(),
      steps: z.array(z.object({ at: Instant, value: z.number().nullable() })),
    }),
  ),
})
export type SiteCapability = z.infer<typeof SiteCapability>

/** Who needs whom at a site: each device with its requirements, each of them a list of alternatives. */
export const SiteTopology = z.object({
  devices: z.array(z.object({ id: Slug, needs: z.array(z.array(Slug)) })),
})
export type SiteTopology = z.infer<typeof SiteTopology>
