import type { Able } from './able.ts'
import type { Topology } from './topology.ts'

/**
 * Finds affected(r) for causes (fault-levels.md, section 2): goes back from the cause over unmet requirements, through
 * other causes too, which are not listed themselves. The answer is sorted.
 */
export function affectedFinder(topology: Topology, now: Able, isCause: Uint8Array): (cause: number) => Int32Array {
  const { size, usedIn, ownerOf } = topology
  const seenBy = new Int32Array(size).fill(-1)
  const work = new Int32Array(size)
  return (cause) => {
    let found = 1
    let count = 0
    work[0] = cause
    seenBy[cause] = cause
    for (let done = 0; done < found; done += 1) {
      const device = work[done] ?? 0
      const end = usedIn.starts[device + 1] ?? 0
      for (let i = usedIn.starts[device] ?? 0; i < end; i += 1) {
        const requirement = usedIn.items[i] ?? 0
        const owner = ownerOf[requirement] ?? 0
        if (now.metRequirement[requirement] === 1 || seenBy[owner] === cause) continue
        seenBy[owner] = cause
        work[found++] = owner
        if (isCause[owner] === 0) count += 1
      }
    }
    const affected = new Int32Array(count)
    let filled = 0
    // Many are found faster in their order than sorted.
    const many = found > size / 16
    const candidates = many ? size : found
    for (let i = 0; i < candidates; i += 1) {
      const device = many ? i : (work[i] ?? 0)
      if (seenBy[device] === cause && device !== cause && isCause[device] === 0) affected[filled++] = device
    }
    return many ? affected : affected.sort()
  }
}
