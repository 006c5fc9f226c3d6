import { capabilitiesOf } from '../diagnosis/index.ts'
import type { Span } from './share.ts'
import { type SiteRecord, situationsOf } from './situations.ts'

/** Capability from `at` on, from 0 to 1; null while nothing is known of any device. */
export type CapabilityStep = { at: number; value: number | null }

/**
 * Capability as shown of every function over a span (fault-levels.md, section 2), by `system/function`, one step for its
 * begin and one for each change. Yields after each instant at which anything changed, so that a caller can breathe.
 */
export function* capabilitySteps(
  record: SiteRecord,
  span: Span,
): Generator<undefined, Map<string, CapabilityStep[]>, undefined> {
  const steps = new Map<string, CapabilityStep[]>()
  for (const { at, isKnown, down, maintained } of situationsOf(record, span)) {
    for (const [ref, value] of Object.entries(capabilitiesOf(record.model, { out: down, maintained }))) {
      const of = steps.get(ref) ?? []
      const next = isKnown ? value : null
      if (of.length === 0 || of.at(-1)?.value !== next) of.push({ at, value: next })
      steps.set(ref, of)
    }
    yield
  }
  return steps
}

/** At most about `most` steps: where there are more, each of equal parts of the span keeps its least step and its last. */
export function thinned(steps: readonly CapabilityStep[], span: Span, most: number): CapabilityStep[] {
  if (steps.length <= most) return [...steps]
  const partMs = (2 * (span.to - span.from)) / most
  const parts = Map.groupBy(steps, (it) => Math.floor((it.at - span.from) / partMs))
  return [...parts.values()].flatMap((part) => {
    const [first] = part
    const last = part.at(-1)
    if (first === undefined || last === undefined) return []
    const least = part.reduce((worst, it) => ((it.value ?? 2) < (worst.value ?? 2) ? it : worst), first)
    return least === last ? [last] : [least, last]
  })
}
