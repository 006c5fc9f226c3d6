import { createHolds } from './holds.ts'
import { neighboursOf, type WatchedDevice } from './neighbours.ts'
import { type Check, createOutageState, isInDoubt, onCheck } from './outage.ts'
import { OutageSettings, type OutageSettingsInput } from './settings.ts'
import {
  carriersInQuestion,
  judgeFail,
  judgeGood,
  type OutageEvent,
  type Site,
  type Told,
  tellOutage,
  toCheckNow,
} from './verdict.ts'

/** `checkNow`: devices to check at once, since another is in doubt. `nextCheckAt`: of the device just checked. */
export type OutageReport = { events: OutageEvent[]; checkNow: string[]; nextCheckAt: number }

/** The outages of one site: the checks of its devices taken together. Times in milliseconds since 1970. */
export type SiteOutages = {
  /** Takes the result of a check; a device that is not of the site is ignored. */
  onCheck(device: string, check: Check): OutageReport
  /** Decides what waited too long for the check of another device; call it at `nextDueAt()`. */
  onTime(at: number): OutageEvent[]
  nextDueAt(): number | null
  stateOf(device: string): Told
  nextCheckAt(device: string): number
  /** Goes on with other devices or settings; what is known of devices in both is kept. */
  replaceDevices(devices: readonly WatchedDevice[], settings?: OutageSettingsInput): void
}

/** `firstCheckAt`: when a device that was never checked is due; spread them as you like. */
export function createSiteOutages(
  devices: readonly WatchedDevice[],
  settings: OutageSettingsInput = {},
  firstCheckAt: (device: string) => number = () => 0,
): SiteOutages {
  const site: Site = {
    settings: OutageSettings.parse(settings),
    neighbours: neighboursOf(devices),
    watched: new Map(),
    holds: createHolds(),
  }
  watch(site, devices, firstCheckAt)
  return {
    onCheck: (device, check) => takeCheck(site, device, check),
    onTime: (at) => site.holds.overdue(at).flatMap((it) => tellOutage(site, it, at)),
    nextDueAt: () => site.holds.nextDueAt(),
    stateOf: (device) => site.watched.get(device)?.told ?? 'unknown',
    nextCheckAt: (device) => site.watched.get(device)?.outage.nextCheckAt ?? 0,
    replaceDevices(list, changed) {
      if (changed !== undefined) site.settings = OutageSettings.parse(changed)
      site.neighbours = neighboursOf(list)
      watch(site, list, firstCheckAt)
      site.holds.keepOnly((it) => site.watched.has(it))
    },
  }
}

function watch(site: Site, devices: readonly WatchedDevice[], firstCheckAt: (device: string) => number): void {
  const before = site.watched
  site.watched = new Map(
    devices.map((it) => [
      it.id,
      before.get(it.id) ?? { outage: createOutageState(firstCheckAt(it.id)), told: 'unknown', upSince: null },
    ]),
  )
}

function takeCheck(site: Site, device: string, check: Check): OutageReport {
  const entry = site.watched.get(device)
  if (entry === undefined) return { events: [], checkNow: [], nextCheckAt: check.startedAt + site.settings.intervalMs }
  const { state: outage, change, nextCheckAt } = onCheck(entry.outage, check, site.settings)
  entry.outage = outage
  const own = check.ok ? judgeGood(site, device, entry, check.at) : judgeFail(site, device, entry, check)
  const released = isInDoubt(outage) ? [] : site.holds.settle(device)
  const events = [...own, ...released.flatMap((it) => tellOutage(site, it, check.at))]
  const beginsToFail = outage.fails === 1 && isInDoubt(outage)
  const inQuestion = change?.state === 'up' ? carriersInQuestion(site, device) : []
  return { events, checkNow: beginsToFail ? toCheckNow(site, device, check.at) : inQuestion, nextCheckAt }
}
