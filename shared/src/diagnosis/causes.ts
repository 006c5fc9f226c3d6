import { type Able, ableUnder } from './able.ts'
import { isOut, type Known } from './known.ts'
import type { DiagnosisSettings } from './settings.ts'
import type { Topology } from './topology.ts'

/** Who is a cause at one instant (section 2), and what the rules must remember of it. */
export type Weighing = { now: Able; isCause: Uint8Array; metSince: (number | null)[] }

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
  const now = ableUnder(
    topology,
    Uint8Array.from(known, (it) => (isOut(it) ? 1 : 0)),
  )
  const metSince = known.map((it, device) => (now.unmet[device] === 0 && !it.isMet ? at : it.metSince))
  const isCause = Uint8Array.from(known, (it, device) => {
    if (suspected.released.has(device)) return 1
    if (suspected.members.has(device)) return 0
    const isMet = now.unmet[device] === 0
    if (it.isCause && staysCause(it, isMet, at, settings)) return 1
    return isOut(it) && isMet && at >= dueAt(metSince[device] ?? null, settings) ? 1 : 0
  })
  return { now, isCause, metSince }
}

/** From when a device that is down may be a cause, given when its requirements became met. */
export function dueAt(metSince: number | null, settings: DiagnosisSettings): number {
  return metSince === null ? Number.NEGATIVE_INFINITY : metSince + settings.returnMs
}

/** Keeps what a weighing found. */
export function keep(known: readonly Known[], at: number, weighing: Weighing): void {
  for (const [device, it] of known.entries()) {
    it.isCause = weighing.isCause[device] === 1
    it.isMet = weighing.now.unmet[device] === 0
    it.metSince = weighing.metSince[device] ?? null
    it.outSince = isOut(it) || isStillCause(it) ? (it.outSince ?? at) : null
  }
}

/** "A cause stays one until it is up": one that was down when it was last seen, and is no longer known, has not come up. */
function isStillCause(known: Known): boolean {
  return known.isCause && known.state === 'unknown' && known.seenDown && !known.unmanageable
}

/** … "except that one whose requirements break at most 60 s after it went down is no cause". */
function staysCause(known: Known, isMet: boolean, at: number, settings: DiagnosisSettings): boolean {
  if (!isOut(known) && !isStillCause(known)) return false
  const breaks = known.isMet && !isMet
  return !(breaks && at - (known.outSince ?? at) <= settings.breakMs)
}

/** When a device that is down, and no cause yet, becomes one by time alone; null if it does not. */
export function causeDueAt(known: Known, isMember: boolean, settings: DiagnosisSettings): number | null {
  if (known.isCause || isMember || !known.isMet || !isOut(known)) return null
  return dueAt(known.metSince, settings)
}
