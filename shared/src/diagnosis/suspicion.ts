import { hadTime, type Suspected, type Weighing } from './causes.ts'
import { isDown, type Known } from './known.ts'
import { tolerance } from './scales.ts'
import type { DiagnosisSettings } from './settings.ts'
import type { Topology } from './topology.ts'

/**
 * Common causes that end now: the device itself is down, or fewer than 3 of those that went down together still are;
 * these are causes then. Changes `known` and says who is a member, and who is released.
 */
export function reviewSuspicions(topology: Topology, known: readonly Known[], settings: DiagnosisSettings): Suspected {
  const members = new Set<number>()
  const released = new Set<number>()
  for (const it of known) {
    if (it.suspects === null) continue
    const suspects = it.suspects.flatMap((id) => topology.numberOf.get(id) ?? [])
    const down = suspects.filter((device) => isDownAt(known, device))
    const lasts = !isDown(it) && down.length >= settings.commonCause.least
    if (!lasts) it.suspects = null
    if (lasts) for (const device of suspects) members.add(device)
    else if (!isDown(it)) for (const device of down) released.add(device)
  }
  for (const device of members) released.delete(device)
  return { members, released }
}

/** The devices that are put down to a common cause. */
export function membersOf(topology: Topology, known: readonly Known[]): Set<number> {
  return new Set(known.flatMap((it) => it.suspects ?? []).flatMap((id) => topology.numberOf.get(id) ?? []))
}

/**
 * Common causes that show now, as device and ids of those that went down together. Only who would be a cause otherwise
 * tells of another one: what is down behind something else, or has had no time to come back, is explained already.
 */
export function newSuspicions(
  topology: Topology,
  known: readonly Known[],
  at: number,
  weighing: Weighing,
  settings: DiagnosisSettings,
): Map<number, string[]> {
  const evidence = new Map<number, number[]>()
  for (let device = 0; device < known.length; device += 1) {
    const it = known[device]
    if (weighing.isCause[device] === 0 || it === undefined || !isDown(it) || it.maintained) continue
    for (const need of topology.loyalTo[device] ?? []) {
      const causes = evidence.get(need) ?? []
      causes.push(device)
      evidence.set(need, causes)
    }
  }
  const found = new Map<number, string[]>()
  for (const [device, causes] of evidence) {
    const it = known[device]
    if (it === undefined || isDown(it) || it.suspects !== null) continue
    const mayBeCause = hadTime(it, weighing.now.unmet[device] === 0, at, settings)
    const together = mayBeCause ? largestGroup(causes, known, settings.commonCause.windowMs) : []
    const all = (topology.loyal[device] ?? []).filter((other) => known[other]?.maintained === false).length
    const isEnough = together.length >= settings.commonCause.least
    if (isEnough && together.length >= settings.commonCause.share * all - tolerance)
      found.set(device, together.map((other) => topology.ids[other] ?? '').sort())
  }
  return found
}

function isDownAt(known: readonly Known[], device: number): boolean {
  const it = known[device]
  return it !== undefined && isDown(it)
}

/** The most devices that went down within `windowMs` of each other; the latest such group if there are several. */
function largestGroup(devices: readonly number[], known: readonly Known[], windowMs: number): number[] {
  const since = (device: number) => known[device]?.downSince ?? 0
  const sorted = [...devices].sort((a, b) => since(a) - since(b) || a - b)
  let best = { from: 0, to: 0 }
  let from = 0
  for (const [last, device] of sorted.entries()) {
    while (since(device) - since(sorted[from] ?? device) > windowMs) from += 1
    if (last + 1 - from >= best.to - best.from) best = { from, to: last + 1 }
  }
  return sorted.slice(best.from, best.to)
}
