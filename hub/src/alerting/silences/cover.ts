import type { SilenceScope } from '@steward/shared/api'
import type { FaultLevel } from '@steward/shared/model'

/** A silence as it is stored; times in ms since 1970, `to` is out. */
export type StoredSilence = {
  id: string
  scope: SilenceScope
  levels: readonly FaultLevel[]
  from: number
  to: number
  reason: string
  by: string
}

/** What of a fault a silence goes by. `systems`: all whose functions its cause serves or that it makes lower. */
export type SilenceableFault = {
  customer: string
  site: string
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

/** The silence that covers a fault at an instant, the one that ends last where there are several; or null. */
export function silenceOver(
  silences: readonly StoredSilence[],
  fault: SilenceableFault,
  at: number,
): StoredSilence | null {
  const covering = silences.filter(
    (it) =>
      it.from <= at &&
      at < it.to &&
      (it.levels.length === 0 || it.levels.includes(fault.level)) &&
      isInScope(it.scope, fault),
  )
  return covering.reduce<StoredSilence | null>((last, it) => (last === null || it.to > last.to ? it : last), null)
}
