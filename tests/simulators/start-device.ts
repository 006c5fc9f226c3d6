/** One device of the building, by the protocol that it speaks. */
import type { SimulatedDevice } from './building.ts'
import { accessPorts, type Cable, forwardingOf, portName, rootOf } from './cabling.ts'
import { type CameraModel, startCamera } from './camera/index.ts'
import { recorderStatus, startDoorController, startStatusPage } from './door.ts'
import { noise } from './drift.ts'
import type { GateControl } from './gate.ts'
import { startModbusDevice } from './modbus.ts'
import { plantRegisters } from './plant.ts'
import { type PortPeer, type SwitchPort, switchMib } from './snmp/switch.ts'
import { type SnmpCredentials, startSnmpTarget } from './snmp/target.ts'
import { upsMib } from './snmp/ups.ts'

export type Surroundings = {
  devices: readonly SimulatedDevice[]
  cables: readonly Cable[]
  gateOf: (id: string) => GateControl
  now: () => number
  mainsFailedAt: () => number | null
}

type Running = { close(): Promise<void> }

export async function startDevice(device: SimulatedDevice, around: Surroundings): Promise<Running> {
  const parts: Running[] = []
  try {
    for (const at of device.connections ?? []) parts.push(await startConnection(device, at, around))
  } catch (error) {
    await Promise.all(parts.map((it) => it.close()))
    throw error
  }
  return {
    async close() {
      await Promise.all(parts.map((it) => it.close()))
    },
  }
}

type ConnectionInput = NonNullable<SimulatedDevice['connections']>[number]

function startConnection(device: SimulatedDevice, at: ConnectionInput, around: Surroundings): Promise<Running> {
  const { address } = device
  const { now } = around
  const gate = around.gateOf(device.id)
  const port = at.port ?? 0
  const credentials = { user: device.secret?.user ?? '', password: device.secret?.password ?? '' }
  switch (at.driver) {
    case 'snmp':
      return startSnmpTarget({
        address,
        port,
        gate,
        credentials: snmpCredentials(device, at),
        mib: (startedAt) => mibOf(device, startedAt, around),
      })
    case 'onvif':
      return startCamera({
        address,
        httpPort: port,
        rtspPort: device.rtspPort ?? 0,
        gate,
        credentials,
        camera: cameraOf(device, around.devices),
        now,
      })
    case 'modbus':
      return startModbusDevice({ address, port, unit: 1, gate, registers: plantOf(device), now })
    case 'http': {
      if (device.kind !== 'nvr') return startDoorController({ address, port, gate, name: device.id, credentials, now })
      const cameras = around.devices.filter((it) => it.kind === 'camera').map((it) => it.id)
      const isSeen = (id: string) => around.gateOf(id).isOpen() && around.gateOf(id).works()
      return startStatusPage({
        address,
        port,
        gate,
        credentials,
        status: recorderStatus(device.id, cameras, isSeen),
        now,
      })
    }
    default:
      throw new Error(`${device.id} has a connection that is not simulated`)
  }
}

function snmpCredentials({ secret }: SimulatedDevice, at: ConnectionInput): SnmpCredentials {
  if (secret?.community !== undefined) return { version: 'v2c', community: secret.community }
  const protocol = at.driver === 'snmp' && at.authProtocol === 'sha256' ? 'sha256' : 'sha'
  return {
    version: 'v3',
    user: secret?.user ?? '',
    authProtocol: protocol,
    authPassphrase: secret?.authPassphrase ?? '',
    privPassphrase: secret?.privPassphrase ?? '',
  }
}

function plantOf(device: SimulatedDevice) {
  const { kind } = device
  if (kind !== 'chiller' && kind !== 'air-handler' && kind !== 'meter') throw new Error(`${device.id} is no plant`)
  return plantRegisters(device.id, kind)
}

function cameraOf(device: SimulatedDevice, devices: readonly SimulatedDevice[]): CameraModel {
  const isRecorder = device.kind === 'nvr'
  const number = device.mac.slice(-2)
  const common = { width: 2560, height: 1440, fps: 25 }
  const channels = isRecorder
    ? devices
        .filter((it) => it.kind === 'camera')
        .map((it, i) => ({ ...common, token: `ch${String(i + 1).padStart(2, '0')}`, name: it.id }))
    : [
        { ...common, token: 'main', name: 'Main stream', picture: device.id },
        { token: 'sub', name: 'Sub stream', picture: device.id, width: 640, height: 360, fps: 15 },
      ]
  return {
    name: device.id,
    model: isRecorder ? 'SIM-NVR-24' : 'SIM-CAM-4M',
    // More digits than a floating-point number holds, and a version that is no number: both must come through as they are.
    serial: `4047059239180602${number}`,
    firmware: '1.10',
    mac: device.mac,
    channels,
    clockOffsetMs: Math.round((noise(device.id, 7) - 0.5) * 1500),
  }
}

function mibOf(device: SimulatedDevice, startedAt: number, around: Surroundings) {
  const { now, devices, cables, gateOf, mainsFailedAt } = around
  const location = device.location ?? ''
  if (device.kind === 'ups') return upsMib({ name: device.id, location, startedAt, now, onBatterySince: mainsFailedAt })
  const isThere = (id: string) => gateOf(id).works() && gateOf(id).isOpen()
  const isCore = (device.needs ?? []).length === 0
  return switchMib({
    name: device.id,
    model: isCore ? 'SIM-CORE-14X' : 'SIM-EDGE-14P',
    mac: device.mac,
    location,
    ports: portsOf(device, isCore, around),
    forwarding: () =>
      [...forwardingOf(device.id, devices, cables, isThere)].flatMap(([id, port]) => {
        const found = devices.find((it) => it.id === id)
        return found === undefined ? [] : [{ mac: found.mac, address: found.address, port }]
      }),
    routes: isCore,
    olderMib: device.secret?.community !== undefined,
    startedAt,
    now,
  })
}

const edgePorts = accessPorts + 2

function portsOf(self: SimulatedDevice, isCore: boolean, around: Surroundings): SwitchPort[] {
  const own = around.cables.filter((it) => it.switch === self.id)
  return Array.from({ length: edgePorts }, (_, i) => {
    const index = i + 1
    const at = own.find((it) => it.port === index)
    return {
      index,
      name: portName(index, isCore),
      speedMbps: isCore || index > accessPorts ? 10_000 : 1000,
      feeds: !isCore && index <= accessPorts,
      peer: at === undefined ? null : peerOf(self.id, at, around),
    }
  })
}

const videoBits = 4_000_000
const watts: Record<string, number> = { camera: 7.5, 'door-controller': 11 }

function peerOf(self: string, { peer, peerPort }: Cable, around: Surroundings): PortPeer | null {
  const device = around.devices.find((it) => it.id === peer)
  if (device === undefined) return null
  const rates = trafficOf(self, device, around)
  return {
    id: device.id,
    mac: device.mac,
    address: device.address,
    port: peerPort,
    isBridge: device.kind === 'switch',
    speaksLldp: ['switch', 'camera', 'nvr'].includes(device.kind ?? ''),
    watts: watts[device.kind ?? ''] ?? null,
    isPowered: () => around.gateOf(device.id).isPowered(),
    ...rates,
  }
}

/** Mean bit/s over a cable as the switch counts them: video goes up to the core that carries the traffic, and from there to the recorder. */
function trafficOf(self: string, peer: SimulatedDevice, around: Surroundings): Pick<PortPeer, 'bitsIn' | 'bitsOut'> {
  const { devices, gateOf } = around
  const chatter = 20_000
  const camerasBehind = (edge?: string) => () =>
    devices.filter(
      (it) => it.kind === 'camera' && (edge === undefined || it.needs?.flat().includes(edge)) && gateOf(it.id).isOpen(),
    ).length * videoBits
  const root = () => rootOf(devices, (id) => gateOf(id).works())
  const whenRoot = (core: string, bits: () => number) => () => (root() === core ? bits() + chatter : chatter)
  const isOwnCore = self.startsWith('core-')
  if (peer.kind === 'camera') return { bitsIn: () => videoBits, bitsOut: () => chatter }
  if (peer.kind === 'nvr') return { bitsIn: () => chatter, bitsOut: whenRoot(self, camerasBehind()) }
  if (peer.kind === 'switch' && isOwnCore && !peer.id.startsWith('core-'))
    return { bitsIn: whenRoot(self, camerasBehind(peer.id)), bitsOut: () => chatter }
  if (peer.kind === 'switch' && !isOwnCore)
    return { bitsIn: () => chatter, bitsOut: whenRoot(peer.id, camerasBehind(self)) }
  return { bitsIn: () => chatter, bitsOut: () => chatter }
}
