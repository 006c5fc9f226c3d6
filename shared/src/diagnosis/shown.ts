import { ableUnder } from './able.ts'
import { scalesOf, shownCapabilities } from './scales.ts'
import type { SiteModel } from './site-model.ts'
import { type Topology, topologyOf } from './topology.ts'

/** A page asks again and again of the same model, and laying out its topology is most of the work. */
const knownTopologies = new WeakMap<SiteModel, Topology>()

export function keptTopology(model: SiteModel): Topology {
  const topology = knownTopologies.get(model) ?? topologyOf(model)
  knownTopologies.set(model, topology)
  return topology
}

/**
 * Capability as shown of every function, from 0 to 1, by `system/function`, for whoever knows who is out and who is under
 * maintenance but follows no diagnosis (fault-levels.md, section 2).
 */
export function capabilitiesOf(
  model: SiteModel,
  it: { out: ReadonlySet<string>; maintained: ReadonlySet<string> },
): Record<string, number> {
  const topology = keptTopology(model)
  const marked = (ids: ReadonlySet<string>) => Uint8Array.from(topology.ids, (id) => (ids.has(id) ? 1 : 0))
  const { able } = ableUnder(topology, marked(it.out))
  const shown = shownCapabilities(scalesOf(topology, marked(it.maintained)), able)
  return Object.fromEntries(topology.functions.map(({ ref }, fn) => [ref, shown[fn] ?? 1]))
}
