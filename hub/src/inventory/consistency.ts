/** What must hold between the parts of a site before it is stored; the same is checked again at the agent, item by item. */
import { StewardError } from '@steward/shared/errors'
import type { DeviceModel, SystemModel } from '@steward/shared/model'

/** Something that does not fit: at which device, in which of its fields. */
export type DeviceMisfit = { device: string; field: 'serves' | 'needs' | 'address' | 'user'; message: string }

function twice(names: readonly string[]): string | undefined {
  const seen = new Set<string>()
  return names.find((it) => seen.size === seen.add(it).size)
}

export function checkSystems(systems: readonly SystemModel[]): void {
  const system = twice(systems.map((it) => it.id))
  if (system !== undefined) throw new StewardError('input/invalid', `systems: "${system}" stands there twice.`)
  for (const { id, functions } of systems) {
    const double = twice(functions.map((it) => it.id))
    if (double !== undefined) throw new StewardError('input/invalid', `systems: "${id}/${double}" stands there twice.`)
  }
}

/** Every function served and every device needed must be there, once; what is to be polled has all that this takes. */
export function misfitsOf(systems: readonly SystemModel[], devices: readonly DeviceModel[]): DeviceMisfit[] {
  const functions = new Set(systems.flatMap((system) => system.functions.map((it) => `${system.id}/${it.id}`)))
  const ids = new Set(devices.map((it) => it.id))
  return devices.flatMap((device) => misfitsOfDevice(device, functions, ids))
}

function misfitsOfDevice(
  device: DeviceModel,
  functions: ReadonlySet<string>,
  ids: ReadonlySet<string>,
): DeviceMisfit[] {
  const misfits: DeviceMisfit[] = []
  const say = (field: DeviceMisfit['field'], message: string) => misfits.push({ device: device.id, field, message })
  const served = device.serves.map((it) => it.function)
  for (const it of served) if (!functions.has(it)) say('serves', `serves "${it}", which no system of the site has`)
  const double = twice(served)
  if (double !== undefined) say('serves', `serves "${double}" twice`)
  for (const it of new Set(device.needs.flat())) {
    if (it === device.id) say('needs', 'needs itself')
    else if (!ids.has(it)) say('needs', `needs "${it}", which is no device of the site`)
  }
  if (device.connections.length > 0 && device.address === undefined)
    say('address', 'has a connection and no address to connect to')
  if (device.connections.some((it) => it.driver === 'snmp' && it.version === 'v3' && it.user === undefined))
    say('user', 'SNMPv3 needs a user')
  return misfits
}

/** Throws `input/invalid` with the first thing that does not fit. */
export function checkDevices(systems: readonly SystemModel[], devices: readonly DeviceModel[]): void {
  const misfits = misfitsOf(systems, devices)
  const [first] = misfits
  if (first === undefined) return
  const more = misfits.length > 1 ? ` (and ${misfits.length - 1} more)` : ''
  throw new StewardError('input/invalid', `device ${first.device}: ${first.message}${more}.`)
}
