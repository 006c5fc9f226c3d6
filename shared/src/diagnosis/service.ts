import { ableUnder } from './able.ts'
import { capabilityOf, lostOf, scalesOf } from './scales.ts'
import { keptTopology } from './shown.ts'
import type { SiteModel } from './site-model.ts'

/**
 * What a site did at an instant. Capabilities are by `system/function`, from 0 to 1: `whole` with everybody down who was,
 * `unplanned` as if all that is under maintenance worked, and what is merely affected with it. `excused` are the devices
 * that were down for no other reason than the maintenance of what they need.
 */
export type Service = { whole: Record<string, number>; unplanned: Record<string, number>; excused: string[] }

/** For whoever looks back over a site's history: judged by who was down and who under maintenance (fault-levels.md, section 2). */
export function serviceOf(
  model: SiteModel,
  it: { down: ReadonlySet<string>; maintained: ReadonlySet<string> },
): Service {
  const topology = keptTopology(model)
  const { ids, requirementStarts, functions } = topology
  const down = Uint8Array.from(ids, (id) => (it.down.has(id) ? 1 : 0))
  const scales = scalesOf(topology, new Uint8Array(ids.length))
  const capabilities = (able: Uint8Array): Record<string, number> =>
    Object.fromEntries(scales.map((scale, fn) => [functions[fn]?.ref ?? '', capabilityOf(scale, lostOf(scale, able))]))
  const { able, unmet } = ableUnder(topology, down)
  const whole = capabilities(able)
  if (it.maintained.size === 0) return { whole, unplanned: whole, excused: [] }
  // A down device whose requirements are not met is presumed sound, as it is where levels are judged.
  const isRoot = (device: number): boolean => down[device] === 1 && unmet[device] === 0
  const roots = Uint8Array.from(ids, (id, device) => (isRoot(device) && !it.maintained.has(id) ? 1 : 0))
  const unplanned = ableUnder(topology, roots).able
  const excused = ids.filter((id, device) => {
    const hasNeeds = (requirementStarts[device] ?? 0) < (requirementStarts[device + 1] ?? 0)
    return hasNeeds && down[device] === 1 && unplanned[device] === 1 && !it.maintained.has(id)
  })
  return { whole, unplanned: capabilities(unplanned), excused }
}
