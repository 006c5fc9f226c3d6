import type { OutageSettings } from './settings.ts'

/**
 * One check of a device, in milliseconds since 1970: started at, known at. `ok`: it answered in time. A refusal of the
 * credentials is an answer; what it means is a `degraded` mark, given to the diagnosis by who asked.
 */
export type Check = { startedAt: number; at: number; ok: boolean }

/** What the checks of one device say so far: plain data, never changed in place. */
export type OutageState = {
  state: 'unknown' | 'up' | 'down'
  /** failed, and good, checks in a row */
  fails: number
  goods: number
  /** when the first failed check of the present doubt or outage had failed; null while all is well */
  firstFailedAt: number | null
  lastGoodAt: number | null
  nextCheckAt: number
}

export type OutageStep = {
  state: OutageState
  /** the new state where it changed; `down` is held back by a site's outages until what the device needs is known */
  change: { at: number; state: 'up' | 'down' } | null
  nextCheckAt: number
}

/** A device that was never checked; its first check is due at `firstCheckAt` (milliseconds). */
export function createOutageState(firstCheckAt = 0): OutageState {
  return { state: 'unknown', fails: 0, goods: 0, firstFailedAt: null, lastGoodAt: null, nextCheckAt: firstCheckAt }
}

/** Whether a device has begun to fail, and nothing is decided yet. */
export function isInDoubt(state: OutageState): boolean {
  return state.state !== 'down' && state.fails > 0
}

/** Takes one more check in (fault-levels.md, section 1): 3 failed in a row are `down`, then 2 good ones `up`. */
export function onCheck(before: OutageState, check: Check, settings: OutageSettings): OutageStep {
  const fails = check.ok ? 0 : before.fails + 1
  const goods = check.ok ? before.goods + 1 : 0
  const now = decide(before.state, fails, goods, settings)
  const stillFailing = fails > 0 || now === 'down'
  const confirms = fails > 0 && now !== 'down'
  const nextCheckAt = check.startedAt + (confirms ? settings.confirmMs : settings.intervalMs)
  const state: OutageState = {
    state: now,
    fails,
    goods,
    firstFailedAt: stillFailing ? (before.firstFailedAt ?? check.at) : null,
    lastGoodAt: check.ok ? check.at : before.lastGoodAt,
    nextCheckAt,
  }
  const change = now !== before.state && now !== 'unknown' ? { at: check.at, state: now } : null
  return { state, change, nextCheckAt }
}

function decide(
  before: OutageState['state'],
  fails: number,
  goods: number,
  settings: OutageSettings,
): OutageState['state'] {
  if (fails >= settings.failsToDown) return 'down'
  // Two good ones are asked for after an outage only; a device that was never seen is up at its first answer.
  return goods >= (before === 'down' ? settings.goodsToUp : 1) ? 'up' : before
}
