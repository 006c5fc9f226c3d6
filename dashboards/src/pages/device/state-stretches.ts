/** A device's states as stretches of time, and what they come to. Pure. */
import type { DeviceDetail } from '@steward/shared/api'
import type { DeviceState } from '@steward/shared/model'
import { rangeMs } from '../../charts/span.ts'

export type StateStretch = { fromMs: number; toMs: number; state: DeviceState }

/** From its changes (oldest first) to stretches within the time that is shown; before the first change nothing is known. */
export function stretchesOf(history: DeviceDetail['history'], fromMs: number, toMs: number): StateStretch[] {
  const stretches: StateStretch[] = []
  history.forEach(({ at, state }, i) => {
    const start = Math.max(fromMs, Date.parse(at))
    const end = Math.min(toMs, Date.parse(history[i + 1]?.at ?? '') || toMs)
    if (end <= start) return
    const before = stretches.at(-1)
    if (before !== undefined && before.state === state) before.toMs = end
    else stretches.push({ fromMs: start, toMs: end, state })
  })
  return stretches
}

/** The share of the known time in which it was up, and its outages; unknown time counts in neither. */
export function uptimeOf(stretches: readonly StateStretch[]): {
  share: number
  knownMs: number
  outages: number
  longestMs: number
} {
  const down = stretches.filter((it) => it.state === 'down')
  const length = (it: StateStretch): number => it.toMs - it.fromMs
  const sum = (of: readonly StateStretch[]): number => of.reduce((total, it) => total + length(it), 0)
  const downMs = sum(down)
  const knownMs = downMs + sum(stretches.filter((it) => it.state === 'up'))
  return {
    share: knownMs === 0 ? 0 : 1 - downMs / knownMs,
    knownMs,
    outages: down.length,
    longestMs: Math.max(0, ...down.map(length)),
  }
}

const known = ['1h', '6h', '24h', '7d'] as const

/** The shortest of the usual lengths that holds all that is known, so that a new device's band is not a week of nothing. */
export function knownRange(history: DeviceDetail['history'], now: number): (typeof known)[number] {
  const first = Date.parse(history[0]?.at ?? '')
  if (!Number.isFinite(first)) return '7d'
  return known.find((it) => now - first <= rangeMs[it]) ?? '7d'
}
