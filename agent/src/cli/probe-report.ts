/** What was read of one device, as JSON and as text for people. */
import type { Identity, PointValue } from '@steward/shared/model'
import type { LearnedPoint, Neighbour, PortSummary, Reading } from '../drivers/index.ts'

export type ProbeReport = {
  target: string
  profile: string | null
  identity: Record<'vendor' | 'model' | 'serial' | 'firmware' | 'name' | 'kind', string | null>
  interfaces: PortSummary[]
  points: {
    id: string
    class: string
    instance: string
    name: string
    value: PointValue
    unit: string
    state: string | null
    source: string | null
  }[]
  neighbours: Neighbour[]
  tookMs: number
  errors: { point: string | null; code: string | null; message: string }[]
}

export function reportOf(target: string, reading: Reading, tookMs: number): ProbeReport {
  return {
    target,
    profile: reading.findings?.profile ?? null,
    identity: identityOf(reading.identity ?? {}, reading.findings?.kind ?? null),
    interfaces: reading.findings?.ports ?? [],
    points: (reading.points ?? []).map((it) => pointOf(it, reading.values[it.id] ?? null)),
    neighbours: reading.findings?.neighbours ?? [],
    tookMs: Math.round(tookMs),
    errors: reading.errors.map((it) => ({ point: it.point, code: null, message: it.message })),
  }
}

export function failedReport(target: string, error: { code: string; message: string }, tookMs: number): ProbeReport {
  const empty = reportOf(target, { values: {}, errors: [] }, tookMs)
  return { ...empty, errors: [{ point: null, code: error.code, message: error.message }] }
}

function identityOf(told: Identity, kind: string | null): ProbeReport['identity'] {
  const { vendor = null, model = null, serial = null, firmware = null, name = null } = told
  return { vendor, model, serial, firmware, name, kind }
}

function pointOf(it: LearnedPoint, value: PointValue): ProbeReport['points'][number] {
  const state = it.states !== undefined && typeof value === 'string' ? value : null
  return {
    id: it.id,
    class: it.class,
    instance: it.instance,
    name: it.name,
    value,
    unit: it.unit,
    state,
    source: it.source ?? null,
  }
}

/** Lines of at most about a hundred characters. */
export function textOf(report: ProbeReport): string {
  const { identity, interfaces, points, neighbours, errors } = report
  const who = Object.entries(identity).flatMap(([name, value]) =>
    value === null ? [] : [`  ${name.padEnd(9)} ${value}`],
  )
  const ports = interfaces.map(
    (it) =>
      `  ${String(it.index).padStart(6)} ${it.name.padEnd(28)} ${upDown(it.operUp).padEnd(5)} ${speed(it.speedBps)}`,
  )
  const values = points.map((it) => {
    const value = it.value === null ? '-' : `${it.value}${it.unit === '' ? '' : ` ${it.unit}`}`
    return `  ${it.id.padEnd(28)} ${[it.name, it.instance]
      .filter((part) => part !== '')
      .join(', ')
      .padEnd(44)} ${value}`
  })
  const others = neighbours.map((it) => `  ${it.port.padEnd(28)} ${it.name || it.chassis} ${it.remotePort}`)
  const wrong = errors.map((it) => `  ${it.point === null ? '' : `${it.point}: `}${it.message}`)
  return [
    `${report.target}  (${report.tookMs} ms${report.profile === null ? '' : `, profile ${report.profile}`})`,
    ...section('Identity', who),
    ...section('Ports', ports),
    ...section('Points', values),
    ...section('Neighbours', others),
    ...section('Errors', wrong),
    '',
  ].join('\n')
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title} (${lines.length})`, ...lines]
}

function upDown(up: boolean | null): string {
  return up === null ? '?' : up ? 'up' : 'down'
}

function speed(bps: number | null): string {
  return bps === null ? '' : bps >= 1e9 ? `${bps / 1e9} Gbit/s` : `${bps / 1e6} Mbit/s`
}
