/**
 * The definitions of fault-levels.md, sections 2 and 3, in the words of the text: slow, each worked out anew whenever it is
 * asked for. `slow-reading` follows a day with them.
 */
import type { SiteModel } from '@steward/shared/diagnosis'

export type SlowSite = { model: SiteModel; ids: string[]; maintained(id: string): boolean }
/** What is so at one instant: the causes, and what is able as observed. */
export type SlowWorld = { site: SlowSite; F: ReadonlySet<string>; able: ReadonlySet<string> }

export const below = (a: number, b: number) => a < b - 1e-9

export const needsOf = ({ model }: SlowSite, id: string) => model.devices.find((it) => it.id === id)?.needs ?? []

export function functionsOf({ model }: SlowSite) {
  return model.systems.flatMap((system) => system.functions.map((it) => ({ ...it, ref: `${system.id}/${it.id}` })))
}

export function serversOf({ model }: SlowSite, ref: string) {
  return model.devices.flatMap(({ id, serves }) =>
    serves.filter((it) => it.function === ref).map(({ weight }) => ({ id, weight })),
  )
}

/** The least set such that a device is able when it is not down and every requirement has an able alternative. */
export function ableIf(site: SlowSite, down: ReadonlySet<string>): Set<string> {
  const able = new Set<string>()
  for (let grew = true; grew; ) {
    grew = false
    for (const id of site.ids) {
      if (able.has(id) || down.has(id) || !allMet(site, id, able)) continue
      able.add(id)
      grew = true
    }
  }
  return able
}

export function allMet(site: SlowSite, id: string, able: ReadonlySet<string>): boolean {
  return needsOf(site, id).every((requirement) => requirement.some((it) => able.has(it)))
}

const weightOf = (servers: { weight: number }[]) => servers.reduce((sum, it) => sum + it.weight, 0)

/** cap(f | S) */
export function cap(site: SlowSite, ref: string, failed: Iterable<string>): number {
  const able = ableIf(site, new Set(failed))
  const all = serversOf(site, ref)
  const counted = all.filter((it) => able.has(it.id) || site.maintained(it.id))
  return weightOf(all) === 0 ? 1 : weightOf(counted) / weightOf(all)
}

/** capability, as shown */
export function shown({ site, able }: SlowWorld, ref: string): number {
  const all = serversOf(site, ref).filter((it) => !site.maintained(it.id))
  return weightOf(all) === 0 ? 1 : weightOf(all.filter((it) => able.has(it.id))) / weightOf(all)
}

/** affected(r) */
export function affectedBy({ site, F, able }: SlowWorld, r: string): string[] {
  const leadsTo = (id: string) => {
    const seen = new Set([id])
    for (const each of seen) {
      const unmet = needsOf(site, each).filter((requirement) => !requirement.some((it) => able.has(it)))
      for (const member of unmet.flat()) seen.add(member)
    }
    return seen.has(r)
  }
  return site.ids.filter((id) => id !== r && !able.has(id) && !F.has(id) && leadsTo(id))
}

export function touches(world: SlowWorld, r: string, ref: string): boolean {
  const servers = serversOf(world.site, ref)
  return [r, ...affectedBy(world, r)].some((id) => servers.some((it) => it.id === id))
}

const essentialOf = (site: SlowSite) =>
  functionsOf(site)
    .filter((it) => it.essential)
    .map(({ ref, paralysedBelow }) => ({ ref, p: paralysedBelow ?? 0 }))

export function paralysedIn({ site, F }: SlowWorld) {
  return essentialOf(site).filter(({ ref, p }) => below(cap(site, ref, F), p))
}

const without = (F: ReadonlySet<string>, r: string) => [...F].filter((it) => it !== r)

function isDecisive({ site, F }: SlowWorld, r: string, ref: string, p: number): boolean {
  if (below(cap(site, ref, [r]), p)) return true
  if (!below(cap(site, ref, without(F, r)), p)) return true
  return [...F].some((q) => !below(cap(site, ref, [q]), p) && below(cap(site, ref, [q, r]), p))
}

export function isL1(world: SlowWorld, r: string): boolean {
  const { site, F } = world
  return paralysedIn(world).some(({ ref, p }) => {
    if (!touches(world, r, ref)) return false
    if (isDecisive(world, r, ref, p)) return true
    const touching = [...F].filter((q) => touches(world, q, ref))
    const larger = [...F].filter((q) => below(cap(site, ref, [q]), cap(site, ref, [r])))
    return !touching.some((q) => isDecisive(world, q, ref, p)) && !below(cap(site, ref, larger), p)
  })
}

export function isL2(world: SlowWorld, r: string): boolean {
  const { site, F, able } = world
  const isNeeded = (x: string) => site.ids.some((id) => id !== x && needsOf(site, id).flat().includes(x))
  const candidates = site.ids.filter((x) => !F.has(x) && able.has(x) && isNeeded(x))
  return [without(F, r), []].some((G) =>
    candidates.some((x) =>
      essentialOf(site).some(({ ref, p }) => {
        const [grx, gx] = [cap(site, ref, [...G, r, x]), cap(site, ref, [...G, x])]
        const [gr, g] = [cap(site, ref, [...G, r]), cap(site, ref, G)]
        return below(grx, p) && !below(gx, p) && below(g - gx, gr - grx)
      }),
    ),
  )
}

export function levelOf(world: SlowWorld, r: string): string {
  if (isL1(world, r)) return 'L1'
  if (isL2(world, r)) return 'L2'
  return functionsOf(world.site).some(({ ref }) => touches(world, r, ref)) ? 'L3' : 'L4'
}
