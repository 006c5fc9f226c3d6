/** The simulated building as data: which devices there are, where, what they need and serve, and the passwords that the agent gets. */
import type { ApplyDocument } from '@steward/shared/api'
import type { Connection, DeviceModel, SystemModel } from '@steward/shared/model'
import type { z } from 'zod'

type DeviceInput = z.input<typeof DeviceModel>
export type Secret = {
  community?: string
  user?: string
  password?: string
  authPassphrase?: string
  privPassphrase?: string
}
export type SimulatedDevice = DeviceInput & { address: string; mac: string; secret: Secret | null }

export const siteId = 'harbour-tower'

export type Layout = {
  /** second octet of 127.x.0.0/16 */
  net: number
  /** where a system has only one loopback address, ports stand in for addresses */
  manyAddresses: boolean
}

export const ports = { snmp: 16_161, onvif: 18_080, rtsp: 18_554, modbus: 15_020, http: 18_081 } as const

export const systems: SystemModel[] = [
  {
    id: 'cctv',
    name: '视频监控 CCTV',
    kind: 'cctv',
    functions: [
      { id: 'view', name: '实时画面 Live view', essential: true, paralysedBelow: 0.5 },
      { id: 'record', name: '录像 Recording', essential: true, paralysedBelow: 0.5 },
    ],
  },
  {
    id: 'access',
    name: '门禁 Access control',
    kind: 'access',
    functions: [{ id: 'doors', name: '门禁 Doors', essential: true, paralysedBelow: 0.5 }],
  },
  {
    id: 'bas',
    name: '楼宇自控 Building automation',
    kind: 'bas',
    functions: [
      { id: 'cooling', name: '制冷 Cooling', essential: true, paralysedBelow: 0.6 },
      { id: 'metering', name: '能耗计量 Metering', essential: false },
    ],
  },
  {
    id: 'power',
    name: '电源 Power',
    kind: 'power',
    functions: [{ id: 'backup', name: '后备电源 Backup power', essential: false }],
  },
]

const two = (n: number): string => String(n).padStart(2, '0')
const cores = [['core-1', 'core-2']]

/** Float registers as the simulated plant has them, from address 0, two words each. */
const floats = (
  names: [id: string, name: string, kind: string, unit: string][],
): Extract<z.input<typeof Connection>, { driver: 'modbus' }>['registers'] =>
  names.map(([id, name, kind, unit], i) => ({
    id,
    name,
    class: kind,
    unit,
    table: 'holding',
    address: i * 2,
    format: 'f32',
  }))

export const registers = {
  chiller: floats([
    ['supply', '供水温度 Supply water', 'temperature', '°C'],
    ['return', '回水温度 Return water', 'temperature', '°C'],
    ['setpoint', '设定温度 Setpoint', 'temperature', '°C'],
    ['power', '功率 Power', 'power', 'W'],
    ['load', '负荷 Load', 'load', '%'],
  ]),
  airHandler: floats([
    ['supply', '送风温度 Supply air', 'temperature', '°C'],
    ['return', '回风温度 Return air', 'temperature', '°C'],
    ['humidity', '湿度 Humidity', 'humidity', '%'],
    ['fan', '风机频率 Fan frequency', 'frequency', 'Hz'],
  ]),
  meter: floats([
    ['voltage', '电压 Voltage', 'voltage', 'V'],
    ['current', '电流 Current', 'current', 'A'],
    ['power', '有功功率 Active power', 'power', 'W'],
    ['frequency', '频率 Frequency', 'frequency', 'Hz'],
  ]),
}

type Draft = Omit<SimulatedDevice, 'address' | 'mac' | 'connections'> & {
  connections: (port: (kind: keyof typeof ports) => number) => z.input<typeof Connection>[]
}

function drafts(): Draft[] {
  const network = { user: 'steward', authPassphrase: 'simulated-auth', privPassphrase: 'simulated-priv' }
  const snmpV2 = {
    secret: { community: 'building-ro' },
    connections: (port: (kind: 'snmp') => number) => [{ driver: 'snmp' as const, port: port('snmp') }],
  }
  const snmpV3 = {
    secret: network,
    connections: (port: (kind: 'snmp') => number) => [
      {
        driver: 'snmp' as const,
        port: port('snmp'),
        version: 'v3' as const,
        user: network.user,
        authProtocol: 'sha' as const,
        privProtocol: 'aes' as const,
      },
    ],
  }
  const onvif = {
    secret: { user: 'service', password: 'simulated-onvif' },
    connections: (port: (kind: 'onvif') => number) => [{ driver: 'onvif' as const, port: port('onvif') }],
  }
  const modbus = (list: typeof registers.meter) => ({
    secret: null,
    connections: (port: (kind: 'modbus') => number) => [
      { driver: 'modbus' as const, port: port('modbus'), unit: 1, registers: list },
    ],
  })
  const door = {
    secret: { user: 'service', password: 'simulated-door' },
    connections: (port: (kind: 'http') => number) => [
      {
        driver: 'http' as const,
        port: port('http'),
        path: '/api/status',
        values: [
          { id: 'door', name: '门状态 Door', path: 'door.state', class: 'state' },
          { id: 'lock', name: '锁状态 Lock', path: 'door.lock', class: 'state' },
          { id: 'supply', name: '供电电压 Supply', path: 'supply.volts', class: 'voltage', unit: 'V' },
        ],
      },
    ],
  }
  const edgeOfCamera = (n: number) => `edge-${Math.ceil(n / 6)}`
  const edgeOfDoor = ['edge-1', 'edge-1', 'edge-2', 'edge-2', 'edge-3', 'edge-4']
  const count = (n: number) => Array.from({ length: n }, (_, i) => i + 1)
  return [
    ...count(2).map((n) => ({
      id: `core-${n}`,
      name: `核心交换机 Core switch ${n}`,
      kind: 'switch' as const,
      location: '机房 B1 / Plant room B1',
      ...snmpV3,
    })),
    ...count(4).map((n) => ({
      id: `edge-${n}`,
      name: `接入交换机 Edge switch ${n}`,
      kind: 'switch' as const,
      needs: cores,
      location: `${n}F 弱电间 / riser ${n}F`,
      ...(n % 2 === 0 ? snmpV3 : snmpV2),
    })),
    ...count(24).map((n) => ({
      id: `cam-${two(n)}`,
      name: `摄像机 Camera ${two(n)}`,
      kind: 'camera' as const,
      needs: [[edgeOfCamera(n)]],
      serves: [{ function: 'cctv/view' }],
      location: `${Math.ceil(n / 6)}F`,
      ...onvif,
    })),
    {
      id: 'nvr-1',
      name: '录像机 Recorder',
      kind: 'nvr' as const,
      needs: cores,
      location: '机房 B1 / Plant room B1',
      ...onvif,
    },
    ...count(6).map((n) => ({
      id: `door-${n}`,
      name: `门禁控制器 Door controller ${n}`,
      kind: 'door-controller' as const,
      needs: [[edgeOfDoor[n - 1] ?? 'edge-1']],
      serves: [{ function: 'access/doors' }],
      location: `${Math.min(n, 4)}F`,
      ...door,
    })),
    {
      id: 'ups-1',
      name: '不间断电源 UPS',
      kind: 'ups' as const,
      needs: cores,
      serves: [{ function: 'power/backup' }],
      location: '机房 B1 / Plant room B1',
      ...snmpV2,
    },
    {
      id: 'chiller-1',
      name: '冷水机组 Chiller',
      kind: 'chiller' as const,
      needs: cores,
      serves: [{ function: 'bas/cooling', weight: 2 }],
      location: '屋顶 / Roof',
      ...modbus(registers.chiller),
    },
    ...count(2).map((n) => ({
      id: `ahu-${n}`,
      name: `空调机组 Air handler ${n}`,
      kind: 'air-handler' as const,
      needs: cores,
      serves: [{ function: 'bas/cooling' }],
      location: `${n * 2}F`,
      ...modbus(registers.airHandler),
    })),
    ...count(3).map((n) => ({
      id: `meter-${n}`,
      name: `电表 Energy meter ${n}`,
      kind: 'meter' as const,
      needs: [['edge-4']],
      serves: [{ function: 'bas/metering' }],
      location: `${n}F`,
      ...modbus(registers.meter),
    })),
  ]
}

/** Every device that answers on a socket, each at an address of its own. */
export function describeBuilding({ net, manyAddresses }: Layout): SimulatedDevice[] {
  return drafts().map((draft, i) => {
    const port = (kind: keyof typeof ports): number =>
      manyAddresses ? ports[kind] : 20_000 + i * 5 + Object.keys(ports).indexOf(kind)
    const address = manyAddresses ? `127.${net}.${Math.floor(i / 200)}.${(i % 200) + 10}` : '127.0.0.1'
    return {
      ...draft,
      address,
      mac: `02:57:00:00:${two(Math.floor(i / 100))}:${two(i % 100)}`,
      connections: draft.connections(port),
    }
  })
}

/** A recorded picture needs the camera and the recorder: devices of kind `channel`, never checked. */
function channels(devices: readonly SimulatedDevice[]): DeviceInput[] {
  return devices
    .filter((it) => it.kind === 'camera')
    .map((it) => ({
      id: `${it.id}-rec`,
      name: `${it.name ?? it.id} 录像 recording`,
      kind: 'channel',
      needs: [[it.id], ['nvr-1']],
      serves: [{ function: 'cctv/record' }],
    }))
}

/** The building as the hub is told of it. */
export function applyDocument(layout: Layout): z.input<typeof ApplyDocument> {
  const devices = describeBuilding(layout)
  return {
    customers: [{ id: 'harbour', name: '海港置业 Harbour Estates' }],
    sites: [
      {
        id: siteId,
        name: '海港大厦 Harbour Tower',
        customer: 'harbour',
        timezone: 'Asia/Shanghai',
        address: '上海市浦东新区 Pudong, Shanghai',
        settings: { checkIntervalMs: 3000, pollIntervalMs: 15_000 },
        systems,
        devices: [...devices.map(({ mac: _mac, secret: _secret, ...device }) => device), ...channels(devices)],
      },
    ],
  }
}
