/** For each driver a healthy device, and how to be a bad one in its place. */

import type { DeviceSecret } from '@steward/agent/drivers'
import { type Connection, type DriverName, MqttConnection } from '@steward/shared/model'
import {
  bacnet,
  createGate,
  floatWords,
  type GateControl,
  recorderPage,
  startBacnetDevice,
  startCamera,
  startDnsServer,
  startDoorController,
  startModbusDevice,
  startMqttBroker,
  startNtpServer,
  startSnmpTarget,
  startTlsServer,
  startWebDevice,
  upsMib,
} from '../simulators/index.ts'

export type Device = { port: number; gate: GateControl; close(): Promise<void> }

export type DriverFixture = {
  name: string
  driver: DriverName
  transport: 'tcp' | 'udp'
  start(): Promise<Device>
  connection(port: number): Connection
  secret: DeviceSecret | null
  /** null: the protocol, or this use of it, knows no credentials that could be refused */
  wrongSecret: DeviceSecret | null
  /** a point that a healthy device gives */
  point: string
  /** the connection alone is the answer, so garbage and silence behind it are not noticed */
  isConnectOnly?: boolean
  /** many devices share a socket, so that a port that nobody listens on is as silent as a device that is off */
  hearsNoRefusal?: boolean
}

const address = '127.0.0.1'
const credentials = { user: 'service', password: 'Right-1' }

async function gated(start: (gate: GateControl) => Promise<{ port: number; close(): Promise<void> }>): Promise<Device> {
  const gate = createGate()
  const device = await start(gate)
  return {
    get port() {
      return device.port
    },
    gate,
    async close() {
      gate.close()
      await device.close()
    },
  }
}

const mib = upsMib({ name: 'ups', startedAt: Date.now(), now: Date.now })
const words = () => new Map(floatWords(0, 7.5))
const modbusIdentity = { vendor: 'Example', product: 'Meter', revision: '1' }

export const driverFixtures: DriverFixture[] = [
  {
    name: 'snmp v2c',
    driver: 'snmp',
    transport: 'udp',
    start: () =>
      gated((gate) =>
        startSnmpTarget({ address, port: 0, gate, mib, credentials: { version: 'v2c', community: 'building' } }),
      ),
    connection: (port) => ({ ...snmp(port), version: 'v2c' }),
    secret: { community: 'building' },
    wrongSecret: null,
    point: 'battery.charge',
    hearsNoRefusal: true,
  },
  {
    name: 'snmp v3 authPriv',
    driver: 'snmp',
    transport: 'udp',
    start: () =>
      gated((gate) =>
        startSnmpTarget({
          address,
          port: 0,
          gate,
          mib,
          credentials: { version: 'v3', user: 'steward', authPassphrase: 'auth-right', privPassphrase: 'priv-right' },
        }),
      ),
    connection: (port) => ({ ...snmp(port), version: 'v3', user: 'steward' }),
    secret: { authPassphrase: 'auth-right', privPassphrase: 'priv-right' },
    wrongSecret: { authPassphrase: 'auth-wrong', privPassphrase: 'priv-right' },
    point: 'battery.charge',
    hearsNoRefusal: true,
  },
  {
    name: 'modbus',
    driver: 'modbus',
    transport: 'tcp',
    start: () =>
      gated((gate) =>
        startModbusDevice({ address, port: 0, unit: 1, gate, registers: { words, identity: modbusIdentity } }),
      ),
    connection: (port) => ({
      driver: 'modbus',
      port,
      unit: 1,
      registers: [
        {
          id: 'supply',
          name: 'Supply water',
          table: 'holding',
          address: 0,
          format: 'f32',
          wordOrder: 'big',
          scale: 1,
          offset: 0,
          class: 'temperature',
          unit: '°C',
        },
      ],
    }),
    secret: null,
    wrongSecret: null,
    point: 'supply',
  },
  {
    name: 'onvif',
    driver: 'onvif',
    transport: 'tcp',
    start: () =>
      gated(async (gate) => {
        const camera = await startCamera({ address, httpPort: 0, rtspPort: 0, gate, credentials, camera: cameraModel })
        return { port: camera.httpPort, close: camera.close }
      }),
    connection: (port) => ({
      driver: 'onvif',
      port,
      path: '/onvif/device_service',
      captureEveryMs: 0,
      pictureEveryMs: 1,
    }),
    secret: credentials,
    wrongSecret: { ...credentials, password: 'Wrong-1' },
    point: 'video.1.codec',
  },
  {
    name: 'http',
    driver: 'http',
    transport: 'tcp',
    start: () => gated((gate) => startDoorController({ address, port: 0, gate, name: 'door-1', credentials })),
    connection: (port) => ({ driver: 'http', port, tls: false, path: '/api/status', values: [] }),
    secret: credentials,
    wrongSecret: { ...credentials, password: 'Wrong-1' },
    point: 'http.status',
  },
  {
    name: 'http by a device profile',
    driver: 'http',
    transport: 'tcp',
    start: () =>
      gated((gate) => {
        const channels = [{ name: 'Gate', address: '192.0.2.31', online: true, recording: true }]
        const page = recorderPage({ name: 'nvr', channels, disks: [], clockOffsetMs: 0 })
        return startWebDevice({ gate, credentials, page })
      }),
    connection: (port) => ({ driver: 'http', port, tls: false, path: '/', values: [] }),
    secret: credentials,
    wrongSecret: { ...credentials, password: 'Wrong-1' },
    point: 'channel.1.online',
  },
  {
    name: 'bacnet',
    driver: 'bacnet',
    transport: 'udp',
    start: () => gated((gate) => startBacnetDevice(controller, {}, gate)),
    connection: (port) => ({ driver: 'bacnet', port }),
    secret: null,
    wrongSecret: null,
    point: 'analog-input.1',
  },
  {
    name: 'rtsp',
    driver: 'rtsp',
    transport: 'tcp',
    start: () =>
      gated(async (gate) => {
        const camera = await startCamera({ address, httpPort: 0, rtspPort: 0, gate, credentials, camera: cameraModel })
        return { port: camera.rtspPort, close: camera.close }
      }),
    connection: (port) => ({ driver: 'rtsp', port, path: '/main', captureMs: 500 }),
    secret: credentials,
    wrongSecret: { ...credentials, password: 'Wrong-1' },
    point: 'stream.fps',
  },
  {
    name: 'tls',
    driver: 'tls',
    transport: 'tcp',
    start: () => gated((gate) => startTlsServer(gate)),
    connection: (port) => ({ driver: 'tls', port }),
    secret: null,
    wrongSecret: null,
    point: 'tls.days-left',
  },
  {
    name: 'ntp',
    driver: 'ntp',
    transport: 'udp',
    start: () => gated((gate) => startNtpServer(gate)),
    connection: (port) => ({ driver: 'ntp', port }),
    secret: null,
    wrongSecret: null,
    point: 'ntp.offset',
  },
  {
    name: 'dns',
    driver: 'dns',
    transport: 'udp',
    start: () => gated((gate) => startDnsServer(gate, { 'door.example.org A': ['192.0.2.7'] })),
    connection: (port) => ({ driver: 'dns', port, name: 'door.example.org', type: 'A' }),
    secret: null,
    wrongSecret: null,
    point: 'dns.state',
  },
  {
    name: 'mqtt',
    driver: 'mqtt',
    transport: 'tcp',
    start: () => gated((gate) => startMqttBroker(gate, credentials, { 'hall/meter': '{"power":{"w":230.5}}' })),
    connection: (port) =>
      MqttConnection.parse({
        driver: 'mqtt',
        port,
        values: [{ id: 'power', name: 'Power', topic: 'hall/meter', path: 'power.w', unit: 'W' }],
      }),
    secret: credentials,
    wrongSecret: { ...credentials, password: 'Wrong-1' },
    point: 'power',
  },
  {
    name: 'tcp',
    driver: 'tcp',
    transport: 'tcp',
    start: () => gated((gate) => startDoorController({ address, port: 0, gate, name: 'door-1', credentials })),
    connection: (port) => ({ driver: 'tcp', port }),
    secret: null,
    wrongSecret: null,
    point: 'tcp.connect-time',
    isConnectOnly: true,
  },
]

const cameraModel = {
  name: 'cam',
  model: 'SIM-CAM',
  serial: '404705923918060213',
  firmware: '1.10',
  mac: '02:00:00:00:00:01',
  channels: [{ token: 'main', name: 'main', width: 2560, height: 1440, fps: 25 }],
  clockOffsetMs: 0,
}

const controller = [
  {
    ...{ type: 8, instance: 7 },
    properties: {
      75: [{ type: 12, value: { type: 8, instance: 7 } }],
      76: [{ type: 12, value: { type: 0, instance: 1 } }],
      77: bacnet.text('AHU-1'),
    },
  },
  {
    ...{ type: 0, instance: 1 },
    properties: { 77: bacnet.text('Supply'), 85: bacnet.real(18.5), 117: bacnet.enumerated(62) },
  },
]

function snmp(port: number): Extract<Connection, { driver: 'snmp' }> {
  return { driver: 'snmp', port, version: 'v2c', authProtocol: 'sha', privProtocol: 'aes', context: '' }
}
