/** What a person makes of what was found, before it is accepted. */
import type { DiscoveredDevice, DiscoveryAccept } from '@steward/shared/api'
import { placementOf } from '@steward/shared/discovery'
import { type DeviceKind, Slug, type SystemModel } from '@steward/shared/model'

/** What was changed of a proposal; the rest is as proposed. */
export type Draft = { id?: string; kind?: DeviceKind; function?: string | null }
export type Drafts = ReadonlyMap<string, Draft>

export type Wanted = { id: string; kind: DeviceKind; function: string | null }

export function wantedOf({ address, proposal }: DiscoveredDevice, drafts: Drafts): Wanted {
  const { id, kind, function: ref } = proposal
  return { id, kind, function: ref, ...drafts.get(address) }
}

/** Another kind serves another function, unless a person has said which. */
export function withKind(draft: Draft, kind: DeviceKind, systems: readonly SystemModel[]): Draft {
  return { ...draft, kind, function: placementOf(kind, { systems, devices: [] }).function }
}

/** Functions to choose from: those of the site, and those that are proposed or were chosen. */
export function functionsToChoose(
  found: readonly DiscoveredDevice[],
  drafts: Drafts,
  systems: readonly SystemModel[],
): string[] {
  const own = systems.flatMap((system) => system.functions.map((it) => `${system.id}/${it.id}`))
  const wanted = found.flatMap((it) => wantedOf(it, drafts).function ?? it.proposal.function ?? [])
  return [...new Set([...own, ...wanted])].sort()
}

/** Names that cannot be taken: no name for addresses, or twice among those that are chosen. By address. */
export function wrongNames(
  found: readonly DiscoveredDevice[],
  drafts: Drafts,
  chosen: ReadonlySet<string>,
): Map<string, 'slug' | 'taken'> {
  const taken = new Set(found.flatMap((it) => it.known ?? []))
  const wrong = new Map<string, 'slug' | 'taken'>()
  for (const it of found.filter((one) => chosen.has(one.address) && one.known === null)) {
    const { id } = wantedOf(it, drafts)
    if (!Slug.safeParse(id).success) wrong.set(it.address, 'slug')
    else if (taken.has(id)) wrong.set(it.address, 'taken')
    taken.add(id)
  }
  return wrong
}

/** Whether one of the chosen speaks SNMPv3, which needs a user. */
export function needsSnmpUser(found: readonly DiscoveredDevice[], chosen: ReadonlySet<string>): boolean {
  return found.some(
    (it) =>
      chosen.has(it.address) &&
      it.known === null &&
      it.connections.some((one) => one.driver === 'snmp' && one.version === 'v3' && one.user === undefined),
  )
}

/** The chosen devices as they are to be made; whoever was renamed is needed under the new name. */
export function acceptOf(
  found: readonly DiscoveredDevice[],
  drafts: Drafts,
  chosen: ReadonlySet<string>,
): DiscoveryAccept {
  const names = new Map(found.map((it) => [it.proposal.id, it.known ?? wantedOf(it, drafts).id]))
  return {
    devices: found
      .filter((it) => chosen.has(it.address) && it.known === null)
      .map((it) => {
        const { id, kind, function: ref } = wantedOf(it, drafts)
        const needs = it.proposal.needs.map((one) => one.map((need) => names.get(need) ?? need))
        const name = it.proposal.name === it.proposal.id ? id : it.proposal.name
        return { address: it.address, id, name, kind, function: ref, needs }
      }),
  }
}
