/** What a form holds of a silence, and back. */
import type { Silence, SilenceInput, SilenceScope } from '@steward/shared/api'
import { FaultLevel, type Repetition } from '@steward/shared/model'
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
  const written = (at: string | undefined): string => (at === undefined ? '' : localInput(Date.parse(at), zone))
  const times = { from: written(from), to: written(to) }
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

type Asked = {
  zone: string
  /** that of the chosen site */
  customer: string | undefined
  /** null while something of it is missing; left out: once */
  repeats?: Repetition | null | undefined
}

/** What is asked of the hub; null while something is missing. */
export function silenceInputOf(values: SilenceValues, { zone, customer, repeats }: Asked): SilenceInput | null {
  const scope = scopeOf(values, customer)
  if (repeats !== undefined) return scope === null || repeats === null ? null : { ...whatOf(values, scope), repeats }
  const [from, to] = [instantOfInput(values.from, zone), instantOfInput(values.to, zone)]
  if (scope === null || to === null || (from !== null && to <= from)) return null
  return {
    ...whatOf(values, scope),
    ...(from === null ? {} : { from: new Date(from).toISOString() }),
    to: new Date(to).toISOString(),
  }
}

function whatOf({ levels, reason }: SilenceValues, scope: SilenceScope) {
  return { scope, levels: FaultLevel.options.filter((it) => levels.includes(it)), reason: reason.trim() }
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
