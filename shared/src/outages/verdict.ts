import type { Holds } from './holds.ts'
import type { Neighbours } from './neighbours.ts'
import { type Check, isInDoubt, type OutageState } from './outage.ts'
import type { OutageSettings } from './settings.ts'

/** What was last put out of a device. `unmanageable`: it does not answer, but what only it carries does. */
export type Told = 'unknown' | 'up' | 'down' | 'unmanageable'

/** What the checks say, ready to be given to the diagnosis: leave out `at`, and give all of one `at` together. */
export type OutageEvent =
  | { at: number; device: string; state: 'up' | 'down' | 'unknown' }
  | { at: number; device: string; unmanageable: boolean }

/** `upSince`: when it was last told to be up. */
export type Watched = { outage: OutageState; told: Told; upSince: number | null }
export type Site = { settings: OutageSettings; neighbours: Neighbours; watched: Map<string, Watched>; holds: Holds }

/** After a failed check: calls the device down, or holds that back until what it needs was checked too. */
export function judgeFail(site: Site, id: string, entry: Watched, { startedAt, at }: Check): OutageEvent[] {
  const since = entry.outage.firstFailedAt
  const decided = entry.outage.state === 'down' && since !== null
  if (!decided || site.holds.has(id)) return []
  // Called down already: only what was seen up before it was asked again, and it still did not answer, says otherwise.
  if (entry.told === 'down') return carriesSomethingUp(site, id, since, startedAt) ? tellOutage(site, id, at) : []
  const open = site.neighbours.needsOf(id).filter((it) => isOpenSince(site, it, since))
  if (open.length === 0) return tellOutage(site, id, at)
  site.holds.hold(id, open, at + site.settings.holdMs)
  return []
}

/** After a good check: it may be up again. */
export function judgeGood(site: Site, id: string, entry: Watched, at: number): OutageEvent[] {
  if (entry.outage.state !== 'up') return []
  site.holds.drop(id)
  return tell(id, entry, 'up', at)
}

/**
 * Whom to ask at once when a device has just come up: those called down that only it could have come up through. They are
 * coming back too, or are unmanageable.
 */
export function carriersInQuestion(site: Site, id: string): string[] {
  return site.neighbours.carriersOf(id).filter((it) => {
    const carrier = site.watched.get(it)
    return carrier?.told === 'down' && carrier.outage.goods === 0
  })
}

/** Puts out that a device does not answer, if that is still so: as an outage, or as unmanageable. */
export function tellOutage(site: Site, id: string, at: number): OutageEvent[] {
  const entry = site.watched.get(id)
  const since = entry?.outage.firstFailedAt ?? null
  if (entry === undefined || since === null || entry.outage.state !== 'down' || entry.told === 'unmanageable') return []
  return tell(id, entry, carriesSomethingUp(site, id, since) ? 'unmanageable' : 'down', at)
}

/** Whom to ask at once when a device begins to fail: all that it needs, and a few of those that only it carries. */
export function toCheckNow(site: Site, id: string, since: number): string[] {
  const isCalm = (it: string) => {
    const outage = site.watched.get(it)?.outage
    return outage !== undefined && outage.state !== 'down' && !isInDoubt(outage)
  }
  const lastGoodAt = (it: string) => site.watched.get(it)?.outage.lastGoodAt ?? 0
  const needs = site.neighbours.needsOf(id).filter((it) => isCalm(it) && isOpenSince(site, it, since))
  const witnesses = site.neighbours.dependentsOf(id).filter(isCalm)
  witnesses.sort((a, b) => lastGoodAt(b) - lastGoodAt(a))
  return [...new Set([...needs, ...witnesses.slice(0, site.settings.witnesses)])]
}

/** Nothing is known of it that is newer than `since`, and its outage is not certain either. */
function isOpenSince(site: Site, id: string, since: number): boolean {
  const outage = site.watched.get(id)?.outage
  if (outage === undefined || outage.state === 'down') return false
  return outage.lastGoodAt === null || outage.lastGoodAt < since
}

/** Whether something that only it carries was seen up after `since`, and was up at `before` already. */
function carriesSomethingUp(site: Site, id: string, since: number, before = Number.POSITIVE_INFINITY): boolean {
  return site.neighbours.dependentsOf(id).some((it) => {
    const { outage, upSince = null } = site.watched.get(it) ?? {}
    const isSeen = outage?.state === 'up' && outage.lastGoodAt !== null && outage.lastGoodAt > since
    return isSeen && (upSince ?? 0) <= before
  })
}

function tell(id: string, entry: Watched, told: Told, at: number): OutageEvent[] {
  const before = entry.told
  if (before === told) return []
  entry.told = told
  if (told === 'up') entry.upSince = at
  const state: OutageEvent = { at, device: id, state: told === 'unmanageable' ? 'unknown' : told }
  if (told === 'unmanageable') return [state, { at, device: id, unmanageable: true }]
  return before === 'unmanageable' ? [{ at, device: id, unmanageable: false }, state] : [state]
}
