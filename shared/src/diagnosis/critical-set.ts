/**
 * Devices without any of which something does not work; sorted. `mark` and `sum` are scratch for who adds up weights by
 * set: thousands of devices share one set, so that is where the speed comes from.
 */
export type CriticalSet = { members: Int32Array; mark: number; sum: number }

export const emptySet: CriticalSet = { members: new Int32Array(0), mark: 0, sum: 0 }

export function setOf(members: Int32Array): CriticalSet {
  return members.length === 0 ? emptySet : { members, mark: 0, sum: 0 }
}

export function sameSet(a: CriticalSet, b: CriticalSet): boolean {
  if (a === b) return true
  if (a.members.length !== b.members.length) return false
  return a.members.every((it, i) => it === b.members[i])
}

export function withMember(set: CriticalSet, member: number): CriticalSet {
  const { members } = set
  const all = new Int32Array(members.length + 1)
  let i = 0
  while (i < members.length && (members[i] ?? 0) < member) {
    all[i] = members[i] ?? 0
    i += 1
  }
  if (members[i] === member) return set
  all[i] = member
  all.set(members.subarray(i), i + 1)
  return setOf(all)
}

export function union(a: CriticalSet, b: CriticalSet): CriticalSet {
  if (a === b || b.members.length === 0) return a
  if (a.members.length === 0) return b
  const all = new Int32Array(a.members.length + b.members.length)
  let i = 0
  let j = 0
  let count = 0
  while (i < a.members.length || j < b.members.length) {
    const left = a.members[i] ?? Number.POSITIVE_INFINITY
    const right = b.members[j] ?? Number.POSITIVE_INFINITY
    all[count++] = Math.min(left, right)
    if (left <= right) i += 1
    if (right <= left) j += 1
  }
  if (count === a.members.length) return a
  return count === b.members.length ? b : setOf(all.slice(0, count))
}

export function intersection(a: CriticalSet, b: CriticalSet): CriticalSet {
  if (a === b || a.members.length === 0) return a
  if (b.members.length === 0) return b
  const both = new Int32Array(Math.min(a.members.length, b.members.length))
  let i = 0
  let j = 0
  let count = 0
  while (i < a.members.length && j < b.members.length) {
    const left = a.members[i] ?? 0
    const right = b.members[j] ?? 0
    if (left === right) both[count++] = left
    if (left <= right) i += 1
    if (right <= left) j += 1
  }
  if (count === a.members.length) return a
  return count === b.members.length ? b : setOf(both.slice(0, count))
}
