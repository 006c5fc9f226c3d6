import type { SiteModel } from '../diagnosis/index.ts'
import type { DeviceState } from '../model/index.ts'
import type { Span, Told } from './share.ts'

/** What is known of a site: the states of its devices, and who was under maintenance when (`devices` empty: all of them). */
export type SiteRecord = {
  model: SiteModel
  told: ReadonlyMap<string, readonly Told[]>
  maintenance: readonly (Span & { devices: readonly string[] })[]
}

/** Who was down and who under maintenance from `at` on; `isKnown`: of at least one device the state is known. */
export type Situation = {
  at: number
  isKnown: boolean
  down: ReadonlySet<string>
  maintained: ReadonlySet<string>
}

/** Goes through a span, one situation for its begin and one for each instant at which anything changed. */
export function* situationsOf(record: SiteRecord, span: Span): Generator<Situation, void, undefined> {
  const now = new Map<string, DeviceState>()
  const down = new Set<string>()
  const running = new Map<number, readonly string[]>()
  for (const { at, changes } of instantsOf(record, span)) {
    for (const change of changes) {
      if (change.window !== undefined) {
        if (change.begins) running.set(change.window, devicesUnder(record, change.window))
        else running.delete(change.window)
        continue
      }
      now.set(change.device, change.state)
      if (change.state === 'down') down.add(change.device)
      else down.delete(change.device)
    }
    const isKnown = now.values().some((it) => it !== 'unknown')
    yield { at, isKnown, down, maintained: new Set([...running.values()].flat()) }
  }
}

type Change =
  | { device: string; state: DeviceState; window?: undefined }
  | { window: number; begins: boolean; device?: undefined }
type Instant = { at: number; changes: Change[] }

/** What changes when: everything before the span, and at its first instant, at `span.from`. */
function instantsOf({ told, maintenance }: SiteRecord, span: Span): Instant[] {
  const all: { at: number; change: Change }[] = []
  for (const [device, states] of told) {
    for (const { at, state } of states) all.push({ at, change: { device, state } })
  }
  for (const [window, { from, to }] of maintenance.entries()) {
    if (from >= to) continue
    all.push({ at: from, change: { window, begins: true } }, { at: to, change: { window, begins: false } })
  }
  const instants: Instant[] = [{ at: span.from, changes: [] }]
  for (const { at, change } of all.sort((a, b) => a.at - b.at)) {
    if (at >= span.to) break
    const last = instants.at(-1)
    if (last !== undefined && at <= last.at) last.changes.push(change)
    else instants.push({ at, changes: [change] })
  }
  return instants
}

function devicesUnder({ model, maintenance }: SiteRecord, window: number): readonly string[] {
  const named = maintenance[window]?.devices ?? []
  return named.length === 0 ? model.devices.map((it) => it.id) : named
}
