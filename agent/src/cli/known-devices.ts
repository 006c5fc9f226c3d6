import { StewardError } from '@steward/shared/errors'
import { type Connection, DeviceModel } from '@steward/shared/model'
import { readStoredConfig } from '../config/index.ts'
import { readAgentFile } from '../vault/index.ts'

export type KnownDevice = { id: string; address: string; connections: Connection[] }

/** The devices of the configuration that the agent has now, by id; those without an address are left out. */
export function knownDevices(dataDir: string): Map<string, KnownDevice> {
  const items = readStoredConfig(dataDir)?.config.devices ?? []
  const devices = items.flatMap((item) => {
    const parsed = DeviceModel.safeParse(item)
    if (!parsed.success || parsed.data.address === undefined) return []
    const { id, address, connections } = parsed.data
    return [[id, { id, address, connections }] as const]
  })
  return new Map(devices)
}

/** The device with its address: from the configuration, or as the person names it. */
export function findDevice(dataDir: string, id: string, address: string | undefined): KnownDevice {
  const devices = knownDevices(dataDir)
  const known = devices.get(id)
  if (known !== undefined && (address === undefined || address === known.address)) return known
  if (address !== undefined) return { id, address, connections: known?.connections ?? [] }
  if (readAgentFile(dataDir) === null) {
    throw new StewardError(
      'input/not-found',
      `${dataDir} holds no enrolment; enrol first, or name the folder with --data.`,
    )
  }
  const near = [...devices.keys()].filter((it) => it.split('-')[0] === id.split('-')[0])
  const names = (near.length > 0 ? near : [...devices.keys()]).slice(0, 12).join(', ')
  const choice = names === '' ? 'it has none yet' : `it has ${names}`
  throw new StewardError(
    'input/not-found',
    `This agent has no device "${id}" with an address (${choice}); check the name, or add --address.`,
  )
}
