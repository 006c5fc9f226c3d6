import { type Able, ableUnder } from './able.ts'
import { affectedFinder } from './affected.ts'
import { type Base, baseOf } from './base.ts'
import type { Danger, Design } from './design.ts'
import { isParalysing } from './design.ts'
import { capabilityOf, lostOf, type Scale, tolerance } from './scales.ts'
import { isNeeded } from './topology.ts'
import { type Variation, vary } from './variation.ts'

/** What holds at one instant, ready to be judged: who is a cause (F of section 2), what is able, what each cause touches. */
export type World = {
  design: Design
  causes: readonly number[]
  isCause: Uint8Array
  /** what works as observed, what is merely affected down too */
  now: Able
  affectedBy(cause: number): Int32Array
  /** functions that the device or one affected by it serves, sorted */
  touchedBy(cause: number): readonly number[]
  /** cap(f | F) */
  cap(fn: number): number
  /** cap(f | F∖{cause}) */
  capWithout(cause: number, fn: number): number
  /** cap(f | {cause}) */
  capAlone(cause: number, fn: number): number
  /** cap(f | {a, b}) */
  capPair(a: number, b: number, fn: number): number
  /** cap(f | set) */
  capOf(set: readonly number[], fn: number): number
  /** Section 3, L2, with G = F∖{cause}; without regard to whether the further device is a cause or able. */
  dangersAmongOthers(cause: number): Danger[]
}

export function worldOf(design: Design, causes: readonly number[], now: Able): World {
  const { topology, scales } = design
  const isCause = new Uint8Array(topology.size)
  for (const cause of causes) isCause[cause] = 1
  const find = affectedFinder(topology, now, isCause)
  const affected = memo(find)
  const touched = memo((cause: number) => functionsOf(design, cause, affected(cause)))
  const lost = once(() => {
    const { able } = ableUnder(topology, isCause)
    return Float64Array.from(scales, (it) => lostOf(it, able))
  })
  const base = once(() => baseOf(topology, scales, isCause))
  const mended = memo((cause: number) => vary(design, base(), cause, design.reach(cause)))
  const cap = (fn: number, lost: Float64Array) => capability(scales[fn], lost[fn])
  return {
    design,
    causes,
    isCause,
    now,
    affectedBy: affected,
    touchedBy: touched,
    cap: (fn) => cap(fn, lost()),
    capWithout: (cause, fn) => cap(fn, mended(cause).lost),
    capAlone: (cause, fn) => cap(fn, design.alone(cause).lost),
    capPair(a, b, fn) {
      const broken = design.alone(a)
      const loss = (design.whole.lossesOf(fn)[b] ?? 0) + (broken.differencesOf(fn).get(b) ?? 0)
      return capability(scales[fn], (broken.lost[fn] ?? 0) + loss)
    },
    capOf(set, fn) {
      const failed = new Uint8Array(topology.size)
      for (const device of set) failed[device] = 1
      const scale = scales[fn]
      return scale === undefined ? 1 : capability(scale, lostOf(scale, ableUnder(topology, failed).able))
    },
    dangersAmongOthers: (cause) => dangersIn(design, base(), mended(cause)),
  }
}

function dangersIn(design: Design, base: Base, mended: Variation): Danger[] {
  const dangers: Danger[] = []
  for (const fn of mended.functions) {
    const scale = design.scales[fn]
    if (scale === undefined || !scale.essential) continue
    const losses = base.lossesOf(fn)
    for (const [by, difference] of mended.differencesOf(fn)) {
      // The difference is seen from the base, where the cause is broken: a greater loss there is a negative one.
      if (-difference <= tolerance * scale.total || !isNeeded(design.topology, by)) continue
      const loss = losses[by] ?? 0
      const danger = {
        fn,
        by,
        before: capabilityOf(scale, base.lost[fn] ?? 0),
        after: capabilityOf(scale, (base.lost[fn] ?? 0) + loss),
        mended: capabilityOf(scale, (mended.lost[fn] ?? 0) + loss + difference),
      }
      if (isParalysing(danger, scale)) dangers.push(danger)
    }
  }
  return dangers
}

function functionsOf(design: Design, cause: number, affected: Int32Array): number[] {
  const { serves } = design.topology
  const touched = new Set((serves[cause] ?? []).map((it) => it.fn))
  for (const device of affected) for (const { fn } of serves[device] ?? []) touched.add(fn)
  return [...touched].sort((a, b) => a - b)
}

function capability(scale: Scale | undefined, lost: number | undefined): number {
  return scale === undefined ? 1 : capabilityOf(scale, lost ?? 0)
}

function memo<Value>(find: (key: number) => Value): (key: number) => Value {
  const known = new Map<number, Value>()
  return (key) => {
    const value = known.get(key) ?? find(key)
    known.set(key, value)
    return value
  }
}

function once<Value>(find: () => Value): () => Value {
  const all = memo(find)
  return () => all(0)
}
