/** What a form holds of a silence, and back. */
import type { Silence, SilenceInput, SilenceScope } from '@steward/shared/api'
import { FaultLevel } from '@steward/shared/model'
import { instantOfInput, localInput } from './local-input.ts'

/** What one silences from where one stands. */
export type SilenceTarget = {
  site: string
  device?: string | undefined
  /** part of an L1 incident, which is silent only as a whole */
  incident?: boolean
}

export type SilenceValues = {
  site: string
  kind: SilenceScope['kind']
  device: string
  system: string
  customer: string
  levels: string[]
  /** local, empty: from now on */
  from: string
  to: string
  reason: string
}

const hourMs = 3_600_000

export function newSilence(target: SilenceTarget | undefined, zone: string, now: number): SilenceValues {
  return {
    site: target?.site ?? '',
    kind: target?.device === undefined ? 'site' : 'device',
    device: target?.device ?? '',
    system: '',
    customer: '',
    levels: [],
    from: '',
    to: localInput(now + hourMs, zone),
    reason: '',
  }
}

export function silenceValuesOf({ scope, levels, from, to, reason }: Silence, zone: string): SilenceValues {
  const times = { from: localInput(Date.parse(from), zone), to: localInput(Date.parse(to), zone) }
  return {
    site: scope.kind === 'customer' ? '' : scope.site,
    kind: scope.kind,
    device: scope.kind === 'device' ? scope.device : '',
    system: scope.kind === 'system' ? scope.system : '',
    customer: scope.kind === 'customer' ? scope.customer : '',
    levels,
    ...times,
    reason,
  }
}

/** What is asked of the hub; null while something is missing. `customer`: that of the chosen site. */
export function silenceInputOf(values: SilenceValues, zone: string, customer: string | undefined): SilenceInput | null {
  const scope = scopeOf(values, customer)
  const [from, to] = [instantOfInput(values.from, zone), instantOfInput(values.to, zone)]
  if (scope === null || to === null || (from !== null && to <= from)) return null
  return {
    scope,
    levels: FaultLevel.options.filter((it) => values.levels.includes(it)),
    ...(from === null ? {} : { from: new Date(from).toISOString() }),
    to: new Date(to).toISOString(),
    reason: values.reason.trim(),
  }
}

function scopeOf(values: SilenceValues, customer: string | undefined): SilenceScope | null {
  const { kind, site, device, system } = values
  if (kind === 'customer') {
    const whose = site === '' ? values.customer : customer
    return whose === undefined || whose === '' ? null : { kind, customer: whose }
  }
  if (site === '') return null
  if (kind === 'site') return { kind, site }
  if (kind === 'system') return system === '' ? null : { kind, site, system }
  return device === '' ? null : { kind, site, device }
}
