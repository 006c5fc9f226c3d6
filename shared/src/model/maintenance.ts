import { z } from 'zod'
import { Instant, Slug } from './names.ts'

/** A time of day in the site's zone: `22:30`. */
export const LocalTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day, for example 22:30')

/** A day of the site's calendar: `2026-12-25`. */
export const LocalDate = z.iso
  .date()
  .refine((it) => it >= '2000-01-01' && it < '2200-01-01', 'a day from 2000 on, for example 2026-12-25')

/**
 * `toTime` is `lastsDays` days after the day on which it begins; without it on the same day, or on the following one where
 * it is at or before `fromTime`. Nothing is under way before `since` nor from `until` on.
 */
const hours = {
  fromTime: LocalTime,
  toTime: LocalTime,
  lastsDays: z.int().min(1).max(6).optional(),
  since: Instant.optional(),
  until: Instant.optional(),
}

/** When a window recurs: every week on days (1 is Monday, ISO 8601), or on the days of a calendar. */
export const Repetition = z.discriminatedUnion('every', [
  z.object({ every: z.literal('week'), days: z.array(z.int().min(1).max(7)).min(1).max(7), ...hours }),
  z.object({ every: z.literal('date'), dates: z.array(LocalDate).min(1).max(400), ...hours }),
])
export type Repetition = z.infer<typeof Repetition>

const fields = z.object({
  id: z.string().max(64),
  devices: z.array(Slug).max(5000).default([]),
  systems: z.array(Slug).max(200).default([]),
  from: Instant.optional(),
  to: Instant.optional(),
  repeats: Repetition.optional(),
  /** instants at which what was under way then was ended early */
  cuts: z.array(Instant).max(500).default([]),
  reason: z.string().max(500).default(''),
})

const isTimed = (it: { from?: unknown; to?: unknown; repeats?: unknown }): boolean =>
  it.repeats === undefined ? it.from !== undefined && it.to !== undefined : it.from === undefined && it.to === undefined
const howTimed = 'give either from and to, or repeats'

/**
 * A time under which no fault opens: once (`from`, `to`) or again and again (`repeats`), for listed devices and for all
 * that serve listed systems; where neither is listed, for the whole site.
 */
export const MaintenanceWindow = fields.refine(isTimed, howTimed)
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>

/** A window as a person asks for it. */
export const MaintenanceInput = fields.omit({ id: true, cuts: true }).refine(isTimed, howTimed)
export type MaintenanceInput = z.infer<typeof MaintenanceInput>

/** A window with where it is, as lists over several sites show it. */
export const MaintenanceFields = fields
