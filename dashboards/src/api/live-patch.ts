/** What a live event changes in what is already known: pure, so that 20,000 devices are kept up without asking again. */
import type { DeviceSummary, Fault, PointNow, SiteSummary } from '@steward/shared/api'
import type { DeviceState, PointValue } from '@steward/shared/model'
import { type FaultFilter, isWanted } from './faults.ts'

type DeviceEvent = { site: string; device: string; state: DeviceState; at: string }
type ReadingEvent = { at: string; values: Readonly<Record<string, PointValue>> }
export type Pages<Item> = { pages: { items: Item[]; next: string | null }[]; pageParams: string[] }

/** Each item through `change`; pages and items that stay as they are stay the same objects. */
function mapPages<Item>(data: Pages<Item>, change: (item: Item) => Item): Pages<Item> {
  let changed = false
  const pages = data.pages.map((page) => {
    let here = false
    const items = page.items.map((item) => {
      const next = change(item)
      if (next !== item) here = true
      return next
    })
    changed ||= here
    return here ? { ...page, items } : page
  })
  return changed ? { ...data, pages } : data
}

/** Devices of one site after some of them changed state; the last word on each counts. */
export function withStates(data: Pages<DeviceSummary>, events: readonly DeviceEvent[]): Pages<DeviceSummary> {
  const byDevice = new Map(events.map((it) => [it.device, it]))
  return mapPages(data, (device) => {
    const event = byDevice.get(device.id)
    if (event === undefined || event.state === device.state) return device
    return { ...device, state: event.state, since: event.at }
  })
}

/** Devices of a site after a fault there opened, changed or closed: its cause carries the level, others are affected by it. */
export function withFault(data: Pages<DeviceSummary>, fault: Fault): Pages<DeviceSummary> {
  const cause = fault.device
  if (cause === null) return data
  const isOpen = fault.closedAt === null
  const affected = new Set(isOpen ? fault.affected : [])
  return mapPages(data, (device) => {
    if (device.id === cause) {
      const level = isOpen ? fault.level : null
      return device.level === level ? device : { ...device, level }
    }
    const was = device.affectedBy.includes(cause)
    if (affected.has(device.id) === was) return device
    const others = device.affectedBy.filter((it) => it !== cause)
    return { ...device, affectedBy: was ? others : [...others, cause] }
  })
}

/** A list of faults after one of them opened or changed; a new one comes first, the page sorts. */
export function withListedFault(data: Pages<Fault>, fault: Fault, filter: FaultFilter): Pages<Fault> {
  const isKnown = data.pages.some((page) => page.items.some((it) => it.id === fault.id))
  if (isKnown) return mapPages(data, (it) => (it.id === fault.id ? fault : it))
  const shown = filter.state === 'all' || (filter.state === 'open') === (fault.closedAt === null)
  const [first, ...rest] = data.pages
  if (first === undefined || !shown || !isWanted(fault, filter)) return data
  return { ...data, pages: [{ ...first, items: [fault, ...first.items] }, ...rest] }
}

/** Points after a reading; values that came late leave newer ones alone. */
export function withReading(points: PointNow[], { at, values }: ReadingEvent): PointNow[] {
  let changed = false
  const next = points.map((point) => {
    const value = values[point.id]
    if (value === undefined || (point.at !== null && point.at > at)) return point
    changed = true
    return { ...point, value, at, stale: false }
  })
  return changed ? next : points
}

/** Sites after an agent was heard, lost or revoked. */
export function withAgent(
  sites: SiteSummary[],
  event: { site: string; state: SiteSummary['agent']['state']; at: string },
): SiteSummary[] {
  return sites.map((it) => (it.id === event.site ? { ...it, agent: { state: event.state, lastSeenAt: event.at } } : it))
}
