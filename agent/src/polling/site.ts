/** A configuration from the hub, item by item: what is right is in force, what is wrong is named and left out. */
import { fittingModel, type SiteModel } from '@steward/shared/diagnosis'
import type { ErrorCode } from '@steward/shared/errors'
import {
  type AgentConfig,
  DeviceModel,
  type MaintenanceWindow,
  type PollingSettings,
  SystemModel,
} from '@steward/shared/model'
import type { WatchedDevice } from '@steward/shared/outages'
import { z } from 'zod'
import type { ConfigProblem } from './contract.ts'

export type Site = {
  settings: PollingSettings
  model: SiteModel
  /** every device that is right, by id */
  devices: ReadonlyMap<string, DeviceModel>
  /** for the outages: needs as in the model, and whether the device is asked at all */
  watched: WatchedDevice[]
  maintenance: readonly MaintenanceWindow[]
  /** for the local times of its windows */
  timezone: string
}

export const emptySite: Omit<Site, 'settings'> = {
  model: { systems: [], devices: [] },
  devices: new Map(),
  watched: [],
  maintenance: [],
  timezone: 'UTC',
}

/** `isAllowed`: whether an address may be dialled; a device outside is in the model but never asked. */
export function siteOf(
  config: AgentConfig,
  isAllowed: (address: string) => boolean,
): { site: Site; problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = []
  const systems = itemsOf('systems', SystemModel, config.systems, problems)
  const listed = itemsOf('devices', DeviceModel, config.devices, problems)
  const { model, misfits } = fittingModel({ systems, devices: listed })
  for (const { path, message } of misfits) {
    const [list, at] = path
    const named = list === 'devices' ? listed[Number(at)] : systems[Number(at)]
    problems.push(problem(`${list}/${named?.id ?? at}`, 'config/invalid-item', message))
  }
  const devices = new Map<string, DeviceModel>()
  for (const device of listed) if (!devices.has(device.id)) devices.set(device.id, device)
  for (const { id, address } of devices.values()) {
    if (address === undefined || isAllowed(address)) continue
    const message = `${address} is outside the networks that were allowed at enrolment; allow its network at the agent`
    problems.push(problem(`devices/${id}`, 'config/address-not-allowed', message))
  }
  const watched = model.devices.map((it) => {
    const device = devices.get(it.id)
    return { id: it.id, checked: device !== undefined && isAsked(device, isAllowed), needs: it.needs }
  })
  const { settings, maintenance } = config
  const site = { settings, model, devices, watched, maintenance, timezone: config.site.timezone }
  return { site, problems }
}

/** A device with an address, inside the allowed networks, with a connection, that is not switched off. */
function isAsked(device: DeviceModel, isAllowed: (address: string) => boolean): boolean {
  return device.enabled && device.address !== undefined && device.connections.length > 0 && isAllowed(device.address)
}

function itemsOf<Item extends z.ZodType>(
  list: 'systems' | 'devices',
  schema: Item,
  items: readonly unknown[],
  problems: ConfigProblem[],
): z.output<Item>[] {
  return items.flatMap((item, at) => {
    const parsed = schema.safeParse(item)
    if (parsed.success) return [parsed.data]
    problems.push(problem(`${list}/${nameOf(item) ?? at}`, 'config/invalid-item', oneLine(parsed.error)))
    return []
  })
}

const Named = z.object({ id: z.string().max(100) })

function nameOf(item: unknown): string | null {
  const named = Named.safeParse(item)
  return named.success ? named.data.id : null
}

function oneLine(error: z.ZodError): string {
  const issues = error.issues.slice(0, 3).map((it) => `${it.path.join('.') || 'item'}: ${it.message}`)
  return issues.join('; ').slice(0, 500)
}

function problem(item: string, code: ErrorCode, message: string): ConfigProblem {
  return { item, code, message }
}
