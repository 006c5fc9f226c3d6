import type { Topology } from './topology.ts'

/**
 * What works when the failed devices are down and all others are not (fault-levels.md, section 2: the least set).
 * `metRequirement` by requirement, `unmet` the number of unmet requirements by device.
 */
export type Able = { able: Uint8Array; metRequirement: Uint8Array; unmet: Int32Array }

/** Works outward from the devices that need nothing, so that a ring cut off from its root stays unable. */
export function ableUnder(topology: Topology, failed: Uint8Array): Able {
  const { size, requirementStarts, usedIn, ownerOf } = topology
  const able = new Uint8Array(size)
  const metRequirement = new Uint8Array(ownerOf.length)
  const unmet = new Int32Array(size)
  const work = new Int32Array(size)
  let found = 0
  for (let device = 0; device < size; device += 1) {
    const count = (requirementStarts[device + 1] ?? 0) - (requirementStarts[device] ?? 0)
    unmet[device] = count
    if (count === 0 && failed[device] === 0) {
      able[device] = 1
      work[found++] = device
    }
  }
  for (let done = 0; done < found; done += 1) {
    const device = work[done] ?? 0
    const end = usedIn.starts[device + 1] ?? 0
    for (let i = usedIn.starts[device] ?? 0; i < end; i += 1) {
      const requirement = usedIn.items[i] ?? 0
      if (metRequirement[requirement] === 1) continue
      metRequirement[requirement] = 1
      const owner = ownerOf[requirement] ?? 0
      const left = (unmet[owner] ?? 0) - 1
      unmet[owner] = left
      if (left === 0 && failed[owner] === 0) {
        able[owner] = 1
        work[found++] = owner
      }
    }
  }
  return { able, metRequirement, unmet }
}
