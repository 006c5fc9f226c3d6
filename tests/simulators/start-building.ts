/** Starts every device of the building on its own sockets and keeps the topology true: what is behind dead switches does not answer. */

import { describeBuilding, type Layout, ports, type SimulatedDevice } from './building.ts'
import { type CameraModel, startCamera } from './camera/index.ts'
import { startDoorController } from './door.ts'
import { drift } from './drift.ts'
import { type BreakMode, createGate, type GateControl } from './gate.ts'
import { floatWords, startModbusDevice } from './modbus.ts'
import { type SnmpCredentials, startSnmpTarget } from './snmp.ts'
import { type SwitchPort, switchMib, upsMib } from './switch.ts'

export type Building = {
  devices: readonly SimulatedDevice[]
  /** what is broken now, by device */
  broken(): ReadonlyMap<string, BreakMode>
  /** throws for a device that there is not */
  break(device: string, mode: BreakMode): void
  heal(device: string): void
  close(): Promise<void>
}

export async function startBuilding(layout: Layout): Promise<Building> {
  const devices = describeBuilding(layout)
  const startedAt = Date.now()
  const gates = new Map(devices.map((it) => [it.id, createGate()]))
  const broken = new Map<string, BreakMode>()
  const running: { close(): Promise<void> }[] = []
  const gateOf = (id: string): GateControl => {
    const gate = gates.get(id)
    if (gate === undefined) throw new Error(`There is no device "${id}".`)
    return gate
  }

  /** Whether packets can reach a device: every requirement has an alternative that is on and can be reached itself. */
  const isReachable = (device: SimulatedDevice): boolean =>
    (device.needs ?? []).every((alternatives) =>
      alternatives.some((id) => {
        const next = devices.find((it) => it.id === id)
        return next !== undefined && broken.get(id) !== 'power' && isReachable(next)
      }),
    )
  const spread = (): void => {
    for (const device of devices) gateOf(device.id).setReachable(isReachable(device))
  }

  try {
    for (const device of devices)
      running.push(await startDevice(device, { devices, gate: gateOf(device.id), gateOf, startedAt }))
  } catch (error) {
    await Promise.all(running.map((it) => it.close()))
    throw error
  }
  return {
    devices,
    broken: () => broken,
    break(id, mode) {
      const gate = gateOf(id)
      broken.set(id, mode)
      gate.set(mode)
      spread()
    },
    heal(id) {
      const gate = gateOf(id)
      broken.delete(id)
      gate.set(null)
      spread()
    },
    async close() {
      for (const gate of gates.values()) gate.close()
      await Promise.all(running.map((it) => it.close()))
    },
  }
}

type Surroundings = {
  devices: readonly SimulatedDevice[]
  gate: GateControl
  gateOf: (id: string) => GateControl
  startedAt: number
}

function startDevice(device: SimulatedDevice, around: Surroundings): Promise<{ close(): Promise<void> }> {
  const { address } = device
  const { gate, startedAt } = around
  const [connection] = device.connections ?? []
  const port = connection?.port ?? 0
  const credentials = { user: device.secret?.user ?? '', password: device.secret?.password ?? '' }
  switch (connection?.driver) {
    case 'snmp': {
      const common = { name: device.id, startedAt, now: Date.now }
      const mib =
        device.kind === 'ups'
          ? upsMib(common)
          : switchMib({
              ...common,
              model: 'SIM-SW-28P',
              mac: device.mac,
              location: device.location ?? '',
              ports: portsOf(device, around),
            })
      return startSnmpTarget({ address, port, gate, credentials: snmpCredentials(device), mib })
    }
    case 'onvif': {
      const rtspPort = port === ports.onvif ? ports.rtsp : port + 1
      return startCamera({ address, httpPort: port, rtspPort, gate, credentials, camera: cameraOf(device) })
    }
    case 'modbus':
      return startModbusDevice({ address, port, unit: 1, gate, registers: plantRegisters(device) })
    case 'http':
      return startDoorController({ address, port, gate, name: device.id, credentials })
    default:
      throw new Error(`${device.id} has no connection to simulate`)
  }
}

function snmpCredentials({ secret }: SimulatedDevice): SnmpCredentials {
  if (secret?.community !== undefined) return { version: 'v2c', community: secret.community }
  return {
    version: 'v3',
    user: secret?.user ?? '',
    authPassphrase: secret?.authPassphrase ?? '',
    privPassphrase: secret?.privPassphrase ?? '',
  }
}

/** What hangs on a switch: one port each, named by LLDP; a port is up while what is behind it has power. */
function portsOf(self: SimulatedDevice, { devices, gateOf }: Surroundings): SwitchPort[] {
  const behind = devices.filter((it) => (it.needs ?? []).flat().includes(self.id))
  const ups = devices.filter((it) => (self.needs ?? []).flat().includes(it.id))
  return [...ups, ...behind].map((peer, i) => ({
    name: `GigabitEthernet1/0/${i + 1}`,
    peer: peer.id,
    mac: peer.mac,
    speedMbps: peer.kind === 'switch' ? 10_000 : 1000,
    ...(peer.kind === 'camera' || peer.kind === 'door-controller' ? { watts: 8 } : {}),
    up: () => gateOf(peer.id).isOpen(),
  }))
}

function cameraOf(device: SimulatedDevice): CameraModel {
  const isRecorder = device.kind === 'nvr'
  const tokens = isRecorder ? Array.from({ length: 24 }, (_, i) => `ch${String(i + 1).padStart(2, '0')}`) : ['main']
  return {
    name: device.id,
    model: isRecorder ? 'SIM-NVR-24' : 'SIM-CAM-4M',
    serial: `404705923918060${device.mac.replaceAll(':', '').slice(-3)}`,
    firmware: '1.10',
    mac: device.mac,
    channels: tokens.map((token) => ({ token, name: token, width: 2560, height: 1440, fps: 25 })),
    clockOffsetMs: 0,
  }
}

/** [mean, swing] of each float, in the order of the building's register lists. */
const plant: Record<string, [number, number][]> = {
  chiller: [
    [7.2, 0.6],
    [12.4, 0.9],
    [7, 0],
    [182_000, 24_000],
    [63, 12],
  ],
  'air-handler': [
    [14.5, 1],
    [23.8, 0.7],
    [52, 6],
    [38, 6],
  ],
  meter: [
    [231, 3],
    [84, 22],
    [56_000, 14_000],
    [50, 0.04],
  ],
}

function plantRegisters(device: SimulatedDevice) {
  const values = plant[device.kind ?? ''] ?? []
  return {
    identity: { vendor: 'Steward Simulations', product: `SIM-${(device.kind ?? '').toUpperCase()}`, revision: '1.4' },
    words: (at: number) =>
      new Map(
        values.flatMap(([mean, swing], i) =>
          floatWords(i * 2, drift({ seed: `${device.id}/${i}`, mean, swing, jitter: swing / 6 }, at)),
        ),
      ),
  }
}
