import { type Able, ableUnder } from './able.ts'
import { isOut, type Known } from './known.ts'
import type { DiagnosisSettings } from './settings.ts'
import type { Topology } from './topology.ts'

/** Who is a cause at one instant (section 2). */
export type Weighing = { now: Able; isCause: Uint8Array }

/** Members of a suspicion that lasts are no causes; `released` are those of one that just ended. */
export type Suspected = { members: ReadonlySet<number>; released: ReadonlySet<number> }

/** Looks at what is known at `at`, and at what was a cause before; changes nothing. */
export function weigh(
  topology: Topology,
  known: readonly Known[],
  at: number,
  suspected: Suspected,
  settings: DiagnosisSettings,
): Weighing {
  const now = ableUnder(topology, outOf(known))
  const isCause = new Uint8Array(known.length)
  for (let device = 0; device < known.length; device += 1) {
    const it = known[device]
    if (it === undefined || !isOut(it)) continue
    if (suspected.released.has(device)) isCause[device] = 1
    else if (suspected.members.has(device)) isCause[device] = 0
    else if (isCauseAt(it, now.unmet[device] === 0, at, settings)) isCause[device] = 1
  }
  return { now, isCause }
}

/** 1 for every device that is taken as down. */
export function outOf(known: readonly Known[]): Uint8Array {
  const out = new Uint8Array(known.length)
  for (let device = 0; device < known.length; device += 1) {
    const it = known[device]
    if (it !== undefined && isOut(it)) out[device] = 1
  }
  return out
}

/** Keeps what a weighing found. */
export function keep(known: readonly Known[], at: number, { now, isCause }: Weighing): void {
  for (let device = 0; device < known.length; device += 1) {
    const it = known[device]
    if (it === undefined) continue
    const isMet = now.unmet[device] === 0
    it.isCause = isCause[device] === 1
    it.metSince = metSinceAt(it, isMet, at)
    it.isMet = isMet
    it.outSince = isOut(it) ? (it.outSince ?? at) : null
  }
}

/** Whether the requirements of a device are met, and long enough for it to have come back after them. */
export function hadTime(known: Known, isMet: boolean, at: number, settings: DiagnosisSettings): boolean {
  return isMet && at >= dueAt(metSinceAt(known, isMet, at), settings)
}

/** When a device that is down, and no cause yet, becomes one by time alone; null if it does not. */
export function causeDueAt(known: Known, isMember: boolean, settings: DiagnosisSettings): number | null {
  if (known.isCause || isMember || !known.isMet || !isOut(known)) return null
  return dueAt(known.metSince, settings)
}

/** For a device that is taken as down. */
function isCauseAt(known: Known, isMet: boolean, at: number, settings: DiagnosisSettings): boolean {
  return (known.isCause && staysCause(known, isMet, at, settings)) || hadTime(known, isMet, at, settings)
}

/** `m` of section 2, null for long ago. */
function metSinceAt(known: Known, isMet: boolean, at: number): number | null {
  return isMet && !known.isMet ? at : known.metSince
}

/** From when a device that is down may be a cause, given when its requirements became met. */
function dueAt(metSince: number | null, settings: DiagnosisSettings): number {
  return metSince === null ? Number.NEGATIVE_INFINITY : metSince + settings.returnMs
}

/** "A cause stays one until it is up …, except that one whose requirements break at most 60 s after it went down". */
function staysCause(known: Known, isMet: boolean, at: number, settings: DiagnosisSettings): boolean {
  const breaks = known.isMet && !isMet
  return !(breaks && at - (known.outSince ?? at) <= settings.breakMs)
}
