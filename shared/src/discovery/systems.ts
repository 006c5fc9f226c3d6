/** Which system and function a kind of device serves: those of the site where they fit, else the customary ones. */
import type { DeviceKind, SystemKind, SystemModel } from '../model/index.ts'
import type { SiteNow } from './known.ts'

type Customary = { system: SystemKind; function: string }

const customary: Partial<Record<DeviceKind, Customary>> = {
  camera: { system: 'cctv', function: 'view' },
  nvr: { system: 'cctv', function: 'record' },
  'door-controller': { system: 'access', function: 'doors' },
  switch: { system: 'network', function: 'switching' },
  router: { system: 'network', function: 'switching' },
  firewall: { system: 'network', function: 'switching' },
  'access-point': { system: 'network', function: 'wireless' },
  ups: { system: 'power', function: 'backup' },
  chiller: { system: 'bas', function: 'cooling' },
  'air-handler': { system: 'bas', function: 'cooling' },
  meter: { system: 'bas', function: 'metering' },
  controller: { system: 'bas', function: 'control' },
}

/** What people miss at once when half of it is gone; the rest is theirs to name essential. */
const essential: Partial<Record<SystemKind, readonly string[]>> = {
  cctv: ['view', 'record'],
  access: ['doors'],
  bas: ['cooling'],
}

export type Placement = { system: string | null; systemKind: SystemKind | null; function: string | null }

/** Nothing where the kind serves no system by custom. */
export function placementOf(kind: DeviceKind, site: SiteNow): Placement {
  const usual = customary[kind]
  if (usual === undefined) return { system: null, systemKind: null, function: null }
  const own = site.systems.find((it) => it.kind === usual.system) ?? site.systems.find((it) => it.id === usual.system)
  if (own === undefined) {
    return { system: usual.system, systemKind: usual.system, function: `${usual.system}/${usual.function}` }
  }
  const functions = own.functions.map((it) => it.id)
  const served = servedBy(kind, own.id, site)
  const chosen = served ?? (functions.includes(usual.function) ? usual.function : (functions[0] ?? usual.function))
  return { system: own.id, systemKind: own.kind, function: `${own.id}/${chosen}` }
}

/** The function of this system that most devices of this kind serve. */
function servedBy(kind: DeviceKind, system: string, site: SiteNow): string | null {
  const counts = new Map<string, number>()
  for (const device of site.devices.filter((it) => it.kind === kind)) {
    for (const { function: ref } of device.serves) {
      const [of = '', name = ''] = ref.split('/')
      if (of === system) counts.set(name, (counts.get(name) ?? 0) + 1)
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null
}

/** A system as it begins, with one function; what a person makes of it later is theirs. */
export function newSystem(id: string, kind: SystemKind, functions: readonly string[]): SystemModel {
  const isEssential = (name: string): boolean => essential[kind]?.includes(name) === true
  return {
    id,
    kind,
    functions: functions.map((name) =>
      isEssential(name) ? { id: name, essential: true, paralysedBelow: 0.5 } : { id: name, essential: false },
    ),
  }
}
