/** The part of a device's needs that is about the network, beside the rest (a recorder, a UPS). Pure. */
import type { DeviceModel } from '@steward/shared/model'

type Needs = DeviceModel['needs']
type Needing = Pick<DeviceModel, 'kind' | 'needs'>

const carryingKinds: ReadonlySet<DeviceModel['kind']> = new Set(['switch', 'router', 'firewall', 'access-point'])

/** Requirements all of whose alternatives carry traffic, by their kind or as was `learned`; all of a camera channel. */
export function networkNeeds(
  { kind, needs }: Needing,
  learned: Needs,
  kindOf: (id: string) => DeviceModel['kind'] | undefined,
): Needs {
  if (kind === 'channel') return needs
  const carriers = new Set(learned.flat())
  const carries = (id: string): boolean => carriers.has(id) || carryingKinds.has(kindOf(id) ?? 'other')
  return needs.filter((alternatives) => alternatives.every(carries))
}

/** What was learned in the place of what is stated of the network; the rest stays. */
export function withNetwork(
  of: Needing,
  learned: Needs,
  kindOf: (id: string) => DeviceModel['kind'] | undefined,
): Needs {
  const network = new Set(networkNeeds(of, learned, kindOf))
  return [...learned, ...of.needs.filter((it) => !network.has(it))]
}

/** In whatever order they are written. */
export function sameNeeds(a: Needs, b: Needs): boolean {
  const plain = (needs: Needs): string => JSON.stringify(needs.map((it) => [...it].sort().join()).sort())
  return plain(a) === plain(b)
}
