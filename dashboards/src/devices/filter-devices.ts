/** Which devices of a site are shown, and in what order: pure, and quick enough for 20,000 at every key. */
import type { DeviceSummary } from '@steward/shared/api'
import { markOfDevice, markOrder } from '../marks/mark-kind.ts'

export type DeviceFilter = {
  q?: string | undefined
  state?: 'attention' | 'down' | 'unknown' | 'up' | 'maintenance' | undefined
  kind?: string | undefined
  system?: string | undefined
}

export function filterDevices(devices: readonly DeviceSummary[], filter: DeviceFilter): DeviceSummary[] {
  const words = (filter.q ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((it) => it !== '')
  return devices.filter(
    (device) =>
      isInState(device, filter.state) &&
      (filter.kind === undefined || device.kind === filter.kind) &&
      (filter.system === undefined || device.systems.includes(filter.system)) &&
      (words.length === 0 || hasWords(device, words)),
  )
}

function isInState(device: DeviceSummary, state: DeviceFilter['state']): boolean {
  if (state === undefined) return true
  if (state === 'maintenance') return device.maintenance
  if (state === 'attention') {
    const isWell = ['well', 'maintenance'].includes(markOfDevice(device))
    return !isWell || device.secret === 'missing' || device.secret === 'refused'
  }
  return device.state === state
}

function hasWords({ id, name, address, location, identity }: DeviceSummary, words: readonly string[]): boolean {
  const { mac, serial, model, vendor } = identity
  const text = [id, name, address, location, mac, serial, model, vendor].join(' ').toLowerCase()
  return words.every((it) => text.includes(it))
}

/** Worst first, then by name, numbers as numbers: cam-9 before cam-10. */
export function sortDevices(devices: readonly DeviceSummary[]): DeviceSummary[] {
  return devices
    .map((device) => ({ device, rank: markOrder.indexOf(markOfDevice(device)) }))
    .sort((a, b) => a.rank - b.rank || byName.compare(a.device.id, b.device.id))
    .map((it) => it.device)
}

const byName = new Intl.Collator('en', { numeric: true })
