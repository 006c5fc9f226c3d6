import type { SilenceScope } from '@steward/shared/api'
import { runningSpan, type Span } from '@steward/shared/maintenance'
import type { FaultLevel, Repetition } from '@steward/shared/model'

/**
 * A silence as it is stored; times in ms since 1970, `to` is out. Where it recurs they enclose it, and what `repeats` says
 * is in local times of the fault's site.
 */
export type StoredSilence = {
  id: string
  scope: SilenceScope
  levels: readonly FaultLevel[]
  from: number
  to: number
  repeats: Repetition | null
  cuts: readonly string[]
  reason: string
  by: string
}

/** What of a fault a silence goes by. `systems`: all whose functions its cause serves or that it makes lower. */
export type SilenceableFault = {
  customer: string
  site: string
  timezone: string
  device: string | null
  systems: readonly string[]
  level: FaultLevel
}

function isInScope(scope: SilenceScope, fault: SilenceableFault): boolean {
  if (scope.kind === 'customer') return scope.customer === fault.customer
  if (scope.site !== fault.site) return false
  if (scope.kind === 'site') return true
  if (scope.kind === 'device') return scope.device === fault.device
  return fault.systems.length > 0 && fault.systems.every((it) => it === scope.system)
}

/** When a silence holds that holds at an instant; null where it does not. */
export function spanOver({ from, to, repeats, cuts }: StoredSilence, timezone: string, at: number): Span | null {
  if (at < from || at >= to) return null
  return repeats === null ? { from, to } : runningSpan({ repeats, cuts: [...cuts] }, timezone, at)
}

/**
 * The silence that covers a fault at an instant, and when that time of it ends: the one that ends last where there are
 * several; or null.
 */
export function silenceOver(
  silences: readonly StoredSilence[],
  fault: SilenceableFault,
  at: number,
): { silence: StoredSilence; until: number } | null {
  let last: { silence: StoredSilence; until: number } | null = null
  for (const silence of silences) {
    if (silence.levels.length > 0 && !silence.levels.includes(fault.level)) continue
    if (!isInScope(silence.scope, fault)) continue
    const until = spanOver(silence, fault.timezone, at)?.to
    if (until !== undefined && (last === null || until > last.until)) last = { silence, until }
  }
  return last
}
