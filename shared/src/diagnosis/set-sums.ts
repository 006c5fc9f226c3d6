import type { CriticalSet } from './critical-set.ts'

/** Adds up weights by set first, and spreads each sum over the set's members once. */
export type SetSums = {
  add(set: CriticalSet | undefined, weight: number): void
  spread(give: (member: number, weight: number) => void): void
}

let lastMark = 0

export function setSums(): SetSums {
  lastMark += 1
  const mark = lastMark
  const sets: CriticalSet[] = []
  return {
    add(set, weight) {
      if (set === undefined || set.members.length === 0) return
      if (set.mark !== mark) {
        set.mark = mark
        set.sum = 0
        sets.push(set)
      }
      set.sum += weight
    },
    spread(give) {
      for (const { members, sum } of sets) {
        if (sum === 0) continue
        for (const member of members) give(member, sum)
      }
    },
  }
}
