import type { Clock } from './contract.ts'
import type { Site } from './site.ts'
import { firstTurn } from './spread.ts'

/** When a device has its first turns, in monotonic ms: soon at a small site, spread out at a large one. */
export type Turns = {
  firstCheck(device: string): number
  firstPoll(device: string, wasUp: boolean): number
}

const checkEachMs = 5
const pollEachMs = 20
/** A device that is back is read soon, but many that come back together not all at once. */
const readAgainWithinMs = 2000

export function createTurns(clock: Clock, siteNow: () => Site): Turns {
  const begun = new Set<string>()
  return {
    firstCheck(device) {
      const { settings, devices } = siteNow()
      return firstTurn(device, clock.monotonicMs(), settings.checkIntervalMs, devices.size, checkEachMs)
    },
    firstPoll(device, wasUp) {
      const { settings, devices } = siteNow()
      const isBack = begun.has(device) && !wasUp
      begun.add(device)
      const within = isBack ? Math.min(readAgainWithinMs, settings.pollIntervalMs) : settings.pollIntervalMs
      return firstTurn(device, clock.monotonicMs(), within, devices.size, pollEachMs)
    },
  }
}
