/** What is different between two readings of one past. Pure. */
import type { FaultKind, FaultLevel } from '@steward/shared/diagnosis'
import type { JudgedFault } from './replay.ts'

type Span = { from: number; to: number }

/** One fault that is other under the new rules; its times and its kind are those under the new rules where it has any. */
export type Difference = {
  change: 'added' | 'removed' | 'changed'
  cause: string
  kind: FaultKind
  openedAt: number
  closedAt: number | null
  level: { before: FaultLevel | null; after: FaultLevel | null }
}

/**
 * Two faults are the same one when they have the same cause and held at one time; each has at most one counterpart, the
 * one that it shares most time with. Only what held within the span is told; in order of opening, then by cause.
 */
export function differences(before: readonly JudgedFault[], after: readonly JudgedFault[], span: Span): Difference[] {
  const candidates = Map.groupBy(after, (it) => it.cause)
  const matched = new Set<JudgedFault>()
  const found: Difference[] = []
  for (const old of before) {
    const next = closest(
      old,
      (candidates.get(old.cause) ?? []).filter((it) => !matched.has(it)),
    )
    if (next !== null) matched.add(next)
    const isKept = next !== null && next.level === old.level
    if (isKept || !(heldIn(old, span) || (next !== null && heldIn(next, span)))) continue
    const { cause, kind, openedAt, closedAt } = next ?? old
    const level = { before: old.level, after: next?.level ?? null }
    found.push({ change: next === null ? 'removed' : 'changed', cause, kind, openedAt, closedAt, level })
  }
  for (const { level, ...rest } of after.filter((it) => !matched.has(it) && heldIn(it, span))) {
    found.push({ change: 'added', ...rest, level: { before: null, after: level } })
  }
  return found.sort((a, b) => a.openedAt - b.openedAt || (a.cause < b.cause ? -1 : 1))
}

/** How many faults of each level held within the span. */
export function levelCounts(faults: readonly JudgedFault[], span: Span): Record<FaultLevel, number> {
  const counts = { L1: 0, L2: 0, L3: 0, L4: 0 }
  for (const it of faults) if (heldIn(it, span)) counts[it.level] += 1
  return counts
}

function closest(fault: JudgedFault, others: readonly JudgedFault[]): JudgedFault | null {
  const shared = others.map((it) => ({ it, ms: overlapMs(fault, it) })).filter(({ ms }) => ms >= 0)
  return shared.sort((a, b) => b.ms - a.ms)[0]?.it ?? null
}

function overlapMs(a: JudgedFault, b: JudgedFault): number {
  return Math.min(endOf(a), endOf(b)) - Math.max(a.openedAt, b.openedAt)
}

function heldIn(fault: JudgedFault, { from, to }: Span): boolean {
  return fault.openedAt < to && endOf(fault) >= from
}

const endOf = ({ closedAt }: JudgedFault): number => closedAt ?? Number.MAX_SAFE_INTEGER
