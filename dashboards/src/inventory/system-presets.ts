/** What a system of each kind is usually for; a person corrects it. */
import type { SystemKind, SystemModel } from '@steward/shared/model'

type Functions = SystemModel['functions']

const essential = (id: string): Functions[number] => ({ id, essential: true, paralysedBelow: 0.5 })

const functionsOf: Readonly<Record<SystemKind, Functions>> = {
  cctv: [essential('view'), essential('record')],
  access: [essential('doors')],
  network: [essential('lan')],
  bas: [essential('climate'), { id: 'metering', essential: false }],
  power: [essential('supply')],
  other: [essential('service')],
}

/** A new system of a kind, with a name for addresses that is free. */
export function presetOf(kind: SystemKind, taken: readonly string[]): SystemModel {
  let id: string = kind
  for (let i = 2; taken.includes(id); i += 1) id = `${kind}-${i}`
  return { id, kind, functions: functionsOf[kind].map((it) => ({ ...it })) }
}
