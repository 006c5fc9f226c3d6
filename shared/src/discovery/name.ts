/** What a found device is called: by its own name, else by its kind and address. */
import type { DeviceKind } from '../model/index.ts'
import type { FoundDevice } from './found.ts'

const shortNames: Partial<Record<DeviceKind, string>> = {
  switch: 'sw',
  router: 'router',
  firewall: 'fw',
  'access-point': 'ap',
  camera: 'cam',
  nvr: 'nvr',
  'door-controller': 'door',
  ups: 'ups',
  chiller: 'chiller',
  'air-handler': 'ahu',
  meter: 'meter',
  controller: 'ctl',
  server: 'srv',
  printer: 'prn',
}

const maxLength = 63

/** The first of these that nobody has; longer ones name more of the address. */
export function idOf(found: FoundDevice, kind: DeviceKind, taken: ReadonlySet<string>): string {
  const parts = found.address.split(/[.:]/)
  const prefix = shortNames[kind] ?? 'dev'
  const own = slugOf(found.identity.name ?? '')
  const byAddress = [1, 2, 4, 8].map((count) => `${prefix}-${parts.slice(-count).join('-') || '0'}`)
  const candidates = own === '' ? byAddress : [own, ...byAddress.map((it) => it.replace(prefix, own))]
  const free = candidates.map((it) => it.slice(0, maxLength).replace(/[._-]+$/, '')).find((it) => !taken.has(it))
  return free ?? `${prefix}-${parts.join('-')}-${taken.size}`.slice(-maxLength).replace(/^[._-]+/, '')
}

/** What people read: the device's own name, else maker and model, else its id. */
export function nameOf(found: FoundDevice, id: string): string {
  const { name, vendor, model } = found.identity
  const words = name ?? [vendor, model].filter((it) => it !== undefined).join(' ')
  const clean = words
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 120)
    .trim()
  return clean === '' ? id : clean
}

function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '')
}
