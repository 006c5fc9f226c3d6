/** A month of a site as people see it: worked out anew from what is stored, so that what was told late counts at its own time. */

import { setImmediate as letOthersRun } from 'node:timers/promises'
import type { Availability, SiteAvailability } from '@steward/shared/api'
import {
  daysOfMonth,
  monthAt,
  type Share,
  type SiteRecord,
  type SiteTrack,
  type Span,
  shareOf,
  siteTracks,
  type Told,
  upDuring,
} from '@steward/shared/availability'
import { StewardError } from '@steward/shared/errors'
import { enabledDevicesOf } from '../inventory/index.ts'
import { readPast, recordOf } from './availability-record.ts'
import type { Faults } from './faults.ts'

const mostDevices = 1000
const atOnceMs = 10

type Asked = { site: { id: string; timezone: string }; month?: string | undefined; device?: string | undefined }
type Day = { date: string } & Span

/** The availability of a site, its systems and its devices in a month, up to now. */
export async function availabilityOf({ db, models, platform }: Faults, asked: Asked): Promise<SiteAvailability> {
  const { site, device } = asked
  const now = platform.now()
  const month = asked.month ?? monthAt(now, site.timezone)
  const all = daysOfMonth(month, site.timezone)
  const from = all[0]?.from ?? now
  if (from > now) throw new StewardError('input/invalid', `month: ${month} has not begun yet.`)
  const span = { from, to: Math.min(all.at(-1)?.to ?? now, now) }
  const days = all.flatMap((it) => (it.from < span.to ? [{ ...it, to: Math.min(it.to, span.to) }] : []))
  const devices = (await enabledDevicesOf(db, site.id)).filter((it) => device === undefined || it.id === device)
  if (devices.length === 0 && device !== undefined) {
    throw new StewardError('input/not-found', `There is no device "${device}" that is checked.`)
  }
  const model = await models.of(site.id)
  const record = recordOf(model, await readPast(db, site.id, span), upDuring)
  const track = await inBreaths(siteTracks(record, span))
  const everywhere = record.maintenance.filter((it) => it.devices.length === 0)
  const ofSystem = (id: string) => {
    const [whole, unplanned] = [track.whole.get(id) ?? [], track.unplanned.get(id) ?? []]
    return withDays(span, days, (it) => availabilityIn(it, whole, unplanned, everywhere))
  }
  const rows = devices.map(({ id, name }) => {
    const { told, leftOut } = ofDevice(record, track, id)
    const within = (it: Span) => availabilityIn(it, told, told, leftOut)
    return { id, name: name ?? id, ...(device === undefined ? within(span) : withDays(span, days, within)) }
  })
  return {
    site: site.id,
    month,
    timezone: site.timezone,
    from: new Date(span.from).toISOString(),
    to: new Date(span.to).toISOString(),
    whole: ofSystem(''),
    systems: model.systems.map(({ id }) => ({ id, ...ofSystem(id) })),
    devices: rows.sort((a, b) => b.whole.downMs - a.whole.downMs || (a.id < b.id ? -1 : 1)).slice(0, mostDevices),
  }
}

/** Runs to the end, giving way to others now and then: a month of a large site is a second of work. */
export async function inBreaths<Result>(work: Generator<undefined, Result, undefined>): Promise<Result> {
  let began = performance.now()
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
    if (performance.now() - began < atOnceMs) continue
    await letOthersRun()
    began = performance.now()
  }
}

/** What never is checked (a camera channel) has no states and so no availability. */
function ofDevice(record: SiteRecord, track: SiteTrack, id: string): { told: readonly Told[]; leftOut: Span[] } {
  const windows = record.maintenance.filter((it) => it.devices.length === 0 || it.devices.includes(id))
  return { told: record.told.get(id) ?? [], leftOut: [...windows, ...(track.excused.get(id) ?? [])] }
}

function availabilityIn(
  span: Span,
  whole: readonly Told[],
  unplanned: readonly Told[],
  leftOut: readonly Span[],
): Availability {
  return { whole: shown(shareOf(whole, span)), withoutMaintenance: shown(shareOf(unplanned, span, leftOut)) }
}

function withDays(span: Span, days: readonly Day[], within: (span: Span) => Availability) {
  return { ...within(span), days: days.map(({ date, ...day }) => ({ date, ...within(day) })) }
}

function shown(share: Share): Availability['whole'] {
  const knownMs = share.upMs + share.downMs
  return { ...share, percent: knownMs === 0 ? null : (100 * share.upMs) / knownMs }
}
