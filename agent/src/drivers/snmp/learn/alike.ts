/** A site has many devices of few kinds: what they have in common is kept once, since plans are the most that is kept of a device. */
import { createHash } from 'node:crypto'
import type { LearnedPoint } from '../../contract.ts'
import { type GetQuestion, maxPerQuestion, prepareGet } from '../engine/index.ts'
import { sysUpTime } from '../presence.ts'
import type { SymbolSpec } from '../profiles/profile.ts'
import type { Plan, Read } from './plan.ts'

/** What is asked at each poll: the uptime and after it an OID for each read, and the same as questions. */
export type Course = { reads: readonly Read[]; oids: readonly string[]; questions: readonly GetQuestion[] }

export type Alike = { course(plan: Plan): Course; points(plan: Plan): LearnedPoint[] }

export function createAlike(): Alike {
  const courses = createShelf<Course>()
  const points = createShelf<LearnedPoint[]>()
  const specs = new Map<SymbolSpec, number>()

  const numberOf = (spec: SymbolSpec): number => {
    const number = specs.get(spec) ?? specs.size
    specs.set(spec, number)
    return number
  }

  return {
    course: ({ reads }) =>
      courses.same(
        reads.map((it) => [it.oid, it.point, it.isRate, it.row, it.most, numberOf(it.spec)]),
        () => courseOf(reads),
      ),
    points: (plan) => points.same(plan.points, () => plan.points),
  }
}

function courseOf(reads: readonly Read[]): Course {
  const oids = [sysUpTime, ...reads.map((it) => it.oid)]
  const questions: GetQuestion[] = []
  for (let at = 0; at < oids.length; at += maxPerQuestion)
    questions.push(prepareGet(oids.slice(at, at + maxPerQuestion)))
  return { reads, oids, questions }
}

/** Things by what they say, as long as somebody holds them. */
function createShelf<Thing extends object>() {
  const things = new Map<string, WeakRef<Thing>>()
  let tidyAt = 100
  return {
    same(says: unknown, make: () => Thing): Thing {
      const print = createHash('sha256').update(JSON.stringify(says)).digest('base64')
      const known = things.get(print)?.deref()
      if (known !== undefined) return known
      const made = make()
      things.set(print, new WeakRef(made))
      if (things.size > tidyAt) {
        for (const [it, ref] of things) if (ref.deref() === undefined) things.delete(it)
        tidyAt = 100 + things.size * 2
      }
      return made
    },
  }
}
