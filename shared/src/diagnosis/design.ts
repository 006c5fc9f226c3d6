import { type Base, baseOf } from './base.ts'
import { capabilityOf, isBelow, type Scale, scalesOf, tolerance } from './scales.ts'
import { closureOf, isNeeded, type Topology } from './topology.ts'
import { type Site, type Variation, vary } from './variation.ts'

/** A further failure that would paralyse a function; capabilities before it, after it, and after it were `r` mended. */
export type Danger = { fn: number; by: number; before: number; after: number; mended: number }

/** A device failed all alone. `dangers`: what a further failure would then paralyse, and would not were this one whole. */
export type Alone = Variation & { dangers: readonly Danger[] }

/**
 * A site as it is meant to be, nothing failed. It depends on the topology and on who is under maintenance, not on what
 * is down, so what is found out here is kept from one change to the next.
 */
export type Design = Site & {
  whole: Base
  /** all that may stop working when a device fails, itself among it, in the topology's order */
  reach(device: number): Int32Array
  alone(device: number): Alone
  /** Forgets what was kept of devices that are not among `causes`. */
  keepOnly(causes: ReadonlySet<number>): void
}

/** `maintained` is kept, not copied: make a new design when it changes. */
export function designOf(topology: Topology, maintained: Uint8Array): Design {
  const scales = scalesOf(topology, maintained)
  const whole = baseOf(topology, scales, new Uint8Array(topology.size))
  const site: Site = { topology, maintained, scales }
  const reaches = new Map<number, Int32Array>()
  const alones = new Map<number, Alone>()
  function reach(device: number): Int32Array {
    const known = reaches.get(device) ?? closureOf(topology, device)
    reaches.set(device, known)
    return known
  }
  function alone(device: number): Alone {
    const known = alones.get(device)
    if (known !== undefined) return known
    const variation = vary(site, whole, device, reach(device))
    const found = { ...variation, dangers: dangersAlone(topology, scales, whole, variation) }
    alones.set(device, found)
    return found
  }
  return {
    ...site,
    whole,
    reach,
    alone,
    keepOnly(causes) {
      for (const kept of [reaches, alones]) for (const it of kept.keys()) if (!causes.has(it)) kept.delete(it)
    },
  }
}

/** Section 3, L2, with G nothing: who would paralyse what with `r` broken, at a greater loss than with `r` whole. */
function dangersAlone(topology: Topology, scales: readonly Scale[], whole: Base, broken: Variation): Danger[] {
  const dangers: Danger[] = []
  for (const fn of broken.functions) {
    const scale = scales[fn]
    if (scale === undefined || !scale.essential) continue
    const losses = whole.lossesOf(fn)
    for (const [by, difference] of broken.differencesOf(fn)) {
      if (difference <= tolerance * scale.total || !isNeeded(topology, by)) continue
      const loss = losses[by] ?? 0
      const lost = broken.lost[fn] ?? 0
      const danger = {
        fn,
        by,
        before: capabilityOf(scale, lost),
        after: capabilityOf(scale, lost + loss + difference),
        mended: capabilityOf(scale, (whole.lost[fn] ?? 0) + loss),
      }
      if (isParalysing(danger, scale)) dangers.push(danger)
    }
  }
  return dangers
}

/** `cap(f | G∪{r, x}) < p ≤ cap(f | G∪{x})` */
export function isParalysing(danger: Danger, scale: Scale): boolean {
  return isBelow(danger.after, scale.paralysedBelow) && !isBelow(danger.mended, scale.paralysedBelow)
}
