import type { SiteModel } from './site-model.ts'

/** What does not fit together in a model: where it stands, and what is wrong with it. */
export type Misfit = { path: (string | number)[]; message: string }

/** Names that the model does not have, that stand twice, and devices that need themselves; in the order of the model. */
export function misfitsOf({ systems, devices }: SiteModel): Misfit[] {
  const functions = new Set(systems.flatMap((system) => system.functions.map((it) => `${system.id}/${it.id}`)))
  const ids = new Set(devices.map((it) => it.id))
  return [
    ...doubles(
      systems.map((it) => it.id),
      'system',
    ).map(at('systems')),
    ...systems.flatMap((system, i) =>
      doubles(
        system.functions.map((it) => it.id),
        'function',
      ).map(at('systems', i, 'functions')),
    ),
    ...doubles(
      devices.map((it) => it.id),
      'device',
    ).map(at('devices')),
    ...devices.flatMap((device, i) => misfitsOfDevice(device, ids, functions).map(at('devices', i))),
  ]
}

type Device = SiteModel['devices'][number]

function misfitsOfDevice(device: Device, ids: ReadonlySet<string>, functions: ReadonlySet<string>): Misfit[] {
  const serves = device.serves.flatMap((it, i): Misfit[] =>
    functions.has(it.function)
      ? []
      : [{ path: ['serves', i, 'function'], message: `no system has a function "${it.function}"` }],
  )
  const twice = device.serves.flatMap((it, i): Misfit[] =>
    device.serves.findIndex((other) => other.function === it.function) < i
      ? [{ path: ['serves', i, 'function'], message: `"${it.function}" is served twice by "${device.id}"` }]
      : [],
  )
  const needs = device.needs.flatMap((requirement, i) =>
    requirement.flatMap((id, k): Misfit[] => {
      const path = ['needs', i, k]
      if (id === device.id) return [{ path, message: `"${id}" needs itself` }]
      return ids.has(id) ? [] : [{ path, message: `there is no device "${id}"` }]
    }),
  )
  return [...serves, ...twice, ...needs]
}

function doubles(ids: readonly string[], noun: string): Misfit[] {
  const seen = new Set<string>()
  return ids.flatMap((id, i) => {
    const isDouble = seen.has(id)
    seen.add(id)
    return isDouble ? [{ path: [i, 'id'], message: `there is another ${noun} "${id}"` }] : []
  })
}

function at(...before: (string | number)[]): (misfit: Misfit) => Misfit {
  return ({ path, message }) => ({ path: [...before, ...path], message })
}

/**
 * The part of a model that fits together, and what had to be left out of it, so that one bad item disables only itself.
 * A requirement that loses every alternative goes too.
 */
export function fittingModel(model: SiteModel): { model: SiteModel; misfits: Misfit[] } {
  const functions = new Set(model.systems.flatMap((system) => system.functions.map((it) => `${system.id}/${it.id}`)))
  const ids = new Set(model.devices.map((it) => it.id))
  const systems = firstOfEach(model.systems, (it) => it.id).map((system) => ({
    ...system,
    functions: firstOfEach(system.functions, (it) => it.id),
  }))
  const devices = firstOfEach(model.devices, (it) => it.id).map((device) => ({
    ...device,
    serves: firstOfEach(device.serves, (it) => it.function).filter((it) => functions.has(it.function)),
    needs: device.needs
      .map((requirement) => requirement.filter((id) => id !== device.id && ids.has(id)))
      .filter((it) => it.length > 0),
  }))
  return { model: { systems, devices }, misfits: misfitsOf(model) }
}

function firstOfEach<Item>(items: readonly Item[], key: (item: Item) => string): Item[] {
  const seen = new Set<string>()
  return items.filter((it) => !seen.has(key(it)) && seen.add(key(it)))
}
