/** What must hold between the parts of a site before it is stored; the same is checked again at the agent, item by item. */
import { StewardError } from '@steward/shared/errors'
import type { DeviceModel, SystemModel } from '@steward/shared/model'

function twice(names: readonly string[]): string | undefined {
  return names.find((it, index) => names.indexOf(it) !== index)
}

export function checkSystems(systems: readonly SystemModel[]): void {
  const system = twice(systems.map((it) => it.id))
  if (system !== undefined) throw new StewardError('input/invalid', `systems: "${system}" stands there twice.`)
  for (const { id, functions } of systems) {
    const double = twice(functions.map((it) => it.id))
    if (double !== undefined) throw new StewardError('input/invalid', `systems: "${id}/${double}" stands there twice.`)
  }
}

/** Every function served and every device needed must be there; a device does not need itself. */
export function checkDevices(systems: readonly SystemModel[], devices: readonly DeviceModel[]): void {
  const functions = new Set(systems.flatMap((system) => system.functions.map((it) => `${system.id}/${it.id}`)))
  const ids = new Set(devices.map((it) => it.id))
  for (const device of devices) {
    const served = device.serves.find((it) => !functions.has(it.function))
    if (served !== undefined) {
      throw new StewardError(
        'input/invalid',
        `device ${device.id}: serves "${served.function}", which no system of the site has.`,
      )
    }
    const needed = device.needs.flat().find((it) => !ids.has(it))
    if (needed !== undefined)
      throw new StewardError('input/invalid', `device ${device.id}: needs "${needed}", which is no device of the site.`)
    if (device.needs.flat().includes(device.id))
      throw new StewardError('input/invalid', `device ${device.id}: needs itself.`)
  }
}
