/** Starts every device of the building on its own sockets and keeps the topology true: what is behind dead switches does not answer. */
import { createSocket } from 'node:dgram'
import { describeBuilding, type Layout, type SimulatedDevice } from './building.ts'
import { cablesOf, reachable } from './cabling.ts'
import { type BreakMode, createGate, type GateControl } from './gate.ts'
import { startDevice } from './start-device.ts'

export type Building = {
  /** where it is, for `applyDocument` */
  layout: Layout
  devices: readonly SimulatedDevice[]
  /** what is broken now, by device */
  broken(): ReadonlyMap<string, BreakMode>
  /** throws for a device that there is not */
  break(device: string, mode: BreakMode): void
  heal(device: string): void
  /** uptime, counters and sessions begin anew */
  reboot(device: string): void
  /** ends the UPS's mains, or gives them back */
  mains(on: boolean): void
  close(): Promise<void>
}

/** `now` (ms since 1970) moves values and uptimes; timers stay real. */
export type BuildingOptions = Partial<Layout> & { now?: () => number }

/** Whether this system answers on the whole of 127.0.0.0/8, as Linux does. */
export async function hasManyAddresses(net = 20): Promise<boolean> {
  const probe = createSocket('udp4')
  try {
    return await new Promise((resolve) => {
      probe.once('error', () => resolve(false))
      probe.bind(0, `127.${net}.0.10`, () => resolve(true))
    })
  } finally {
    probe.close()
  }
}

/** Rejects when an address or port cannot be had, with everything closed again. */
export async function startBuilding(options: BuildingOptions = {}): Promise<Building> {
  const { net = 20, block = 0, now = Date.now } = options
  const manyAddresses = options.manyAddresses ?? (await hasManyAddresses(net))
  const layout = { net, block, manyAddresses }
  const devices = describeBuilding(layout)
  const gates = new Map(devices.map((it) => [it.id, createGate(now)]))
  const broken = new Map<string, BreakMode>()
  const running: { close(): Promise<void> }[] = []
  let mainsFailedAt: number | null = null
  const gateOf = (id: string): GateControl => {
    const gate = gates.get(id)
    if (gate === undefined) throw new Error(`There is no device "${id}".`)
    return gate
  }
  const spread = (): void => {
    const there = reachable(devices, (id) => gateOf(id).works())
    for (const { id } of devices) gateOf(id).setReachable(there.has(id))
  }
  for (const gate of gates.values()) gate.onTurn(spread)

  const mains = (on: boolean): void => {
    mainsFailedAt = on ? null : (mainsFailedAt ?? now())
  }

  const close = async (): Promise<void> => {
    for (const gate of gates.values()) gate.close()
    await Promise.all(running.map((it) => it.close()))
  }
  const surroundings = { devices, cables: cablesOf(devices), gateOf, now, mainsFailedAt: () => mainsFailedAt }
  try {
    for (const device of devices) running.push(await startDevice(device, surroundings))
  } catch (error) {
    await close()
    throw error
  }
  return {
    layout,
    devices,
    broken: () => broken,
    break(id, mode) {
      const gate = gateOf(id)
      if (mode === 'mains' && devices.find((it) => it.id === id)?.kind !== 'ups')
        throw new Error(`Only a UPS can lose its mains; "${id}" is none.`)
      if (mode === 'mains') mains(false)
      broken.set(id, mode)
      gate.set(mode)
      spread()
    },
    heal(id) {
      const gate = gateOf(id)
      if (broken.get(id) === 'mains') mains(true)
      broken.delete(id)
      gate.set(null)
      spread()
    },
    reboot: (id) => gateOf(id).reboot(),
    mains,
    close,
  }
}
