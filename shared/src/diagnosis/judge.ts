import { StewardError } from '../errors/index.ts'
import type { FaultLevel } from '../model/index.ts'
import type { Danger } from './design.ts'
import { isBelow } from './scales.ts'
import type { World } from './world.ts'

/** Why a cause is decisive for a paralysed function; `many`: no cause is, and this one is among the largest. */
export type Decisive = { by: 'alone' } | { by: 'repair' } | { by: 'pair'; other: number } | { by: 'many' }

/** The level of a cause as if it were down, with what it rests on. */
export type Judgement = {
  level: FaultLevel
  /** L1: the worst function that it paralyses, and how */
  paralysed?: { fn: number; decisive: Decisive }
  /** L2: finds the worst further failure that would paralyse a function; `alone` when no other cause counts for it */
  danger?: () => Danger & { alone: boolean }
}

export type Judge = {
  levelOf(cause: number): Judgement
  /** L1 or not, by the rules of L1 alone. */
  paralysedBy(cause: number): Judgement['paralysed']
  /** essential functions with cap(f | F) below their `paralysedBelow` */
  isParalysed(fn: number): boolean
}

/** Levels of section 3 for the causes of one world. */
export function judgeOf(world: World): Judge {
  const decisive = new Map<number, Decisive | null>()
  const several = new Map<number, (cause: number) => boolean>()

  function decisiveFor(cause: number, fn: number): Decisive | null {
    const key = cause * world.design.scales.length + fn
    const known = decisive.get(key)
    if (known !== undefined) return known
    const found = findDecisive(world, cause, fn)
    decisive.set(key, found)
    return found
  }

  /** No cause that touches the function is decisive for it, and those that cost more than this one do not paralyse it. */
  function isOneOfMany(cause: number, fn: number): boolean {
    const known = several.get(fn)
    if (known !== undefined) return known(cause)
    const touching = world.causes.filter((it) => world.touchedBy(it).includes(fn))
    const test = touching.some((it) => decisiveFor(it, fn) !== null) ? () => false : largestOf(world, fn)
    several.set(fn, test)
    return test(cause)
  }

  const paralysed = new Set(
    world.design.scales.filter((it) => it.essential && isBelow(world.cap(it.fn), it.paralysedBelow)).map((it) => it.fn),
  )

  function paralysedBy(cause: number): Judgement['paralysed'] {
    if (paralysed.size === 0) return undefined
    const candidates = world.touchedBy(cause).filter((fn) => paralysed.has(fn))
    candidates.sort((a, b) => world.cap(a) - world.cap(b) || a - b)
    for (const fn of candidates) {
      const own = decisiveFor(cause, fn)
      if (own !== null) return { fn, decisive: own }
      if (isOneOfMany(cause, fn)) return { fn, decisive: { by: 'many' } }
    }
    return undefined
  }

  function levelOf(cause: number): Judgement {
    const worst = paralysedBy(cause)
    if (worst !== undefined) return { level: 'L1', paralysed: worst }
    if (isInDanger(world, cause)) return { level: 'L2', danger: () => dangerOf(world, cause) }
    return { level: world.touchedBy(cause).length > 0 ? 'L3' : 'L4' }
  }

  return { levelOf, paralysedBy, isParalysed: (fn) => paralysed.has(fn) }
}

function limitOf(world: World, fn: number): number {
  return world.design.scales[fn]?.paralysedBelow ?? 0
}

function findDecisive(world: World, cause: number, fn: number): Decisive | null {
  const limit = limitOf(world, fn)
  if (isBelow(world.capAlone(cause, fn), limit)) return { by: 'alone' }
  if (!isBelow(world.capWithout(cause, fn), limit)) return { by: 'repair' }
  for (const other of world.causes) {
    if (other === cause || isBelow(world.capAlone(other, fn), limit)) continue
    if (isBelow(world.capPair(cause, other, fn), limit)) return { by: 'pair', other }
  }
  return null
}

/**
 * Tells whether those that alone cost the function more than a cause does leave it above its limit. The more a cause
 * leaves of the function, the more cost more than it, so one boundary divides the causes and is found by halving.
 */
function largestOf(world: World, fn: number): (cause: number) => boolean {
  const limit = limitOf(world, fn)
  const alone = (cause: number) => world.capAlone(cause, fn)
  const ranked = [...world.causes].sort((a, b) => alone(a) - alone(b))
  const leavesEnough = (cause: number) => {
    const larger = ranked.filter((it) => isBelow(alone(it), alone(cause)))
    return !isBelow(world.capOf(larger, fn), limit)
  }
  let good = 0
  let bad = ranked.length
  while (good < bad) {
    const middle = (good + bad) >> 1
    const cause = ranked[middle]
    if (cause !== undefined && leavesEnough(cause)) good = middle + 1
    else bad = middle
  }
  const boundary = ranked[good - 1]
  return (cause) => boundary !== undefined && alone(cause) <= alone(boundary)
}

/** Whether there is a further failure that makes it an L2. What does not depend on the other causes is known already. */
function isInDanger(world: World, cause: number): boolean {
  // Who carries nobody takes nobody's redundancy away.
  if (world.design.reach(cause).length === 1) return false
  const stands = standsIn(world)
  return world.design.alone(cause).dangers.some(stands) || world.dangersAmongOthers(cause).some(stands)
}

/** The worst such failure: among the other causes first, since that is what is at hand. */
function dangerOf(world: World, cause: number): Danger & { alone: boolean } {
  const worst = (dangers: readonly Danger[]) =>
    dangers.filter(standsIn(world)).sort((a, b) => a.after - b.after || a.fn - b.fn || a.by - b.by)[0]
  const amongOthers = worst(world.dangersAmongOthers(cause))
  if (amongOthers !== undefined) return { ...amongOthers, alone: false }
  const [any] = world.design.alone(cause).dangers
  const found = worst(world.design.alone(cause).dangers) ?? any
  if (found === undefined) throw new StewardError('system/internal', 'A fault at L2 has no further failure to fear.')
  return { ...found, alone: true }
}

function standsIn(world: World): (danger: Danger) => boolean {
  return (it) => world.isCause[it.by] === 0 && world.now.able[it.by] === 1
}
