/** The building's network as it is wired: which device hangs on which port, who reaches whom, and over which port each switch sends. */
import type { SimulatedDevice } from './building.ts'

/** One end at a switch's port, the other at `peerPort` of any device. */
export type Cable = { switch: string; port: number; peer: string; peerPort: string }
type Works = (id: string) => boolean

export const accessPorts = 12
const uplinkFirst = accessPorts + 1

export function portName(port: number, isCore: boolean): string {
  return isCore || port > accessPorts ? `TenGigabitEthernet1/0/${port}` : `GigabitEthernet1/0/${port}`
}

const requirementsOf = (device: SimulatedDevice): string[][] => device.needs ?? []
const isSwitch = (device: SimulatedDevice): boolean => device.kind === 'switch'
const isCore = (device: SimulatedDevice): boolean => isSwitch(device) && requirementsOf(device).length === 0

/** Every cable once from each switch that it ends at. Whatever has two alternatives has a cable to both. */
export function cablesOf(devices: readonly SimulatedDevice[]): Cable[] {
  const cores = devices.filter(isCore)
  const edges = devices.filter((it) => isSwitch(it) && !isCore(it))
  const hostsOf = (id: string) => devices.filter((it) => !isSwitch(it) && requirementsOf(it).flat().includes(id))
  const fromCores = cores.flatMap((core, at) => {
    const others = cores.filter((it) => it !== core)
    const between = others.map((it, i) => cable(core.id, uplinkFirst + i, it.id, portName(uplinkFirst, true)))
    const down = edges.map((it, i) => cable(core.id, i + 1, it.id, portName(uplinkFirst + at, false)))
    const hosts = hostsOf(core.id).map((it, i) => cable(core.id, edges.length + i + 1, it.id, `eth${at}`))
    return [...down, ...hosts, ...between]
  })
  const fromEdges = edges.flatMap((edge, at) => {
    const hosts = hostsOf(edge.id).map((it, i) => cable(edge.id, i + 1, it.id, 'eth0'))
    const up = cores.map((core, i) => cable(edge.id, uplinkFirst + i, core.id, portName(at + 1, true)))
    return [...hosts, ...up]
  })
  return [...fromCores, ...fromEdges]
}

const cable = (from: string, port: number, peer: string, peerPort: string): Cable => ({
  switch: from,
  port,
  peer,
  peerPort,
})

/** Who can be reached at all: what it needs is there, works, and can be reached itself. */
export function reachable(devices: readonly SimulatedDevice[], works: Works): Set<string> {
  const byId = new Map(devices.map((it) => [it.id, it]))
  const known = new Map<string, boolean>()
  const reaches = (device: SimulatedDevice): boolean => {
    const before = known.get(device.id)
    if (before !== undefined) return before
    const found = requirementsOf(device).every((alternatives) =>
      alternatives.some((id) => {
        const next = byId.get(id)
        return next !== undefined && works(id) && reaches(next)
      }),
    )
    known.set(device.id, found)
    return found
  }
  return new Set(devices.filter(reaches).map((it) => it.id))
}

/** The core switch that all traffic crosses: the first that works, as a spanning tree with fixed priorities has it. */
export function rootOf(devices: readonly SimulatedDevice[], works: Works): string | null {
  return devices.find((it) => isCore(it) && works(it.id))?.id ?? null
}

/** The forwarding table of a switch: device → the port behind which it is. Only what has power is ever learned. */
export function forwardingOf(
  self: string,
  devices: readonly SimulatedDevice[],
  cables: readonly Cable[],
  works: Works,
): Map<string, number> {
  const root = rootOf(devices, works)
  const own = cables.filter((it) => it.switch === self)
  const portTo = (peer: string) => own.find((it) => it.peer === peer)?.port
  const upward = root === null || root === self ? undefined : portTo(root)
  const found = new Map<string, number>()
  for (const device of devices) {
    if (device.id === self || !works(device.id)) continue
    const isCoreBeside = upward !== undefined && isCore(device) && device.id !== root
    const direct = isCoreBeside ? undefined : portTo(device.id)
    const isBlocked = direct !== undefined && isBehindRoot(device, root, self)
    const through = requirementsOf(device)
      .flat()
      .filter((id) => works(id))
      .map(portTo)
      .find((it) => it !== undefined)
    const downward = root === self ? through : undefined
    const port = isBlocked ? upward : (direct ?? downward ?? upward)
    if (port !== undefined) found.set(device.id, port)
  }
  return found
}

/** Cabled to both core switches, but its traffic goes by the root's cable. */
function isBehindRoot(device: SimulatedDevice, root: string | null, self: string): boolean {
  const alternatives = requirementsOf(device).flat()
  return root !== null && root !== self && alternatives.includes(root) && alternatives.includes(self)
}
