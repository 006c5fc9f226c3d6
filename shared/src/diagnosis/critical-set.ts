/**
 * Devices without any of which something does not work; sorted. `mark` and `sum` are scratch for who adds up weights by
 * set: thousands of devices share one set, so that is where the speed comes from.
 */
export type CriticalSet = { members: readonly number[]; mark: number; sum: number }

export const emptySet: CriticalSet = setOf([])

export function sameSet(a: CriticalSet, b: CriticalSet): boolean {
  if (a === b) return true
  if (a.members.length !== b.members.length) return false
  for (let i = 0; i < a.members.length; i += 1) if (a.members[i] !== b.members[i]) return false
  return true
}

export function withMember(set: CriticalSet, member: number): CriticalSet {
  const { members } = set
  const all: number[] = []
  let i = 0
  for (; i < members.length && (members[i] ?? 0) < member; i += 1) all.push(members[i] ?? 0)
  if (members[i] === member) return set
  all.push(member)
  for (; i < members.length; i += 1) all.push(members[i] ?? 0)
  return setOf(all)
}

export function union(a: CriticalSet, b: CriticalSet): CriticalSet {
  if (a === b || b.members.length === 0) return a
  if (a.members.length === 0) return b
  const all: number[] = []
  let i = 0
  let j = 0
  while (i < a.members.length || j < b.members.length) {
    const left = a.members[i] ?? Number.MAX_SAFE_INTEGER
    const right = b.members[j] ?? Number.MAX_SAFE_INTEGER
    all.push(Math.min(left, right))
    if (left <= right) i += 1
    if (right <= left) j += 1
  }
  if (all.length === a.members.length) return a
  return all.length === b.members.length ? b : setOf(all)
}

export function intersection(a: CriticalSet, b: CriticalSet): CriticalSet {
  if (a === b || a.members.length === 0) return a
  if (b.members.length === 0) return b
  const both: number[] = []
  let i = 0
  let j = 0
  while (i < a.members.length && j < b.members.length) {
    const left = a.members[i] ?? 0
    const right = b.members[j] ?? 0
    if (left === right) both.push(left)
    if (left <= right) i += 1
    if (right <= left) j += 1
  }
  if (both.length === a.members.length) return a
  return both.length === b.members.length ? b : setOf(both)
}

function setOf(members: readonly number[]): CriticalSet {
  return { members, mark: 0, sum: 0 }
}
