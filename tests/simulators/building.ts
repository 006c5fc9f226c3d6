/** The simulated building as data: which devices there are, where, what they need and serve, and the passwords that the agent gets. */
import type { ApplyDocument } from '@steward/shared/api'
import type { Connection, DeviceModel, SystemModel } from '@steward/shared/model'
import type { z } from 'zod'
import { type PlantKind, registersOf } from './plant.ts'

type DeviceInput = z.input<typeof DeviceModel>
export type Secret = {
  community?: string
  user?: string
  password?: string
  authPassphrase?: string
  privPassphrase?: string
}
export type SimulatedDevice = DeviceInput & {
  address: string
  mac: string
  secret: Secret | null
  /** of a camera or recorder, whose configuration names only its ONVIF port */
  rtspPort?: number
}

export const siteId = 'harbour-tower'

export type Layout = {
  /** second octet of 127.x.0.0/16 */
  net: number
  /** third octet, so that several buildings fit into one net; 0 when left out */
  block?: number
  /** where a system has only one loopback address, ports stand in for addresses */
  manyAddresses: boolean
}

/** Where a system has only 127.0.0.1 (macOS, Windows), every device gets ports of its own there. */
const portsPerDevice = 4
const standInPorts = { first: 20_000, perBuilding: 200, buildings: 60 } as const

export const ports = { snmp: 16_161, onvif: 18_080, rtsp: 18_554, modbus: 15_020, http: 18_081 } as const

/** Of each device in its block: no device speaks two protocols of the same offset. */
const portOffsets: Record<keyof typeof ports, number> = { snmp: 0, onvif: 0, modbus: 0, http: 1, rtsp: 2 }

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
    id: 'network',
    name: '网络 Network',
    kind: 'network',
    functions: [{ id: 'switching', name: '数据交换 Switching', essential: false }],
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

type Draft = Omit<SimulatedDevice, 'address' | 'mac' | 'rtspPort' | 'connections'> & {
  connections: (port: (kind: keyof typeof ports) => number) => z.input<typeof Connection>[]
}

function drafts(): Draft[] {
  const network = { user: 'steward', authPassphrase: 'simulated-auth', privPassphrase: 'simulated-priv' }
  const snmpV2 = {
    secret: { community: 'building-ro' },
    connections: (port: (kind: 'snmp') => number) => [{ driver: 'snmp' as const, port: port('snmp') }],
  }
  const snmpV3 = (authProtocol: 'sha' | 'sha256') => ({
    secret: network,
    connections: (port: (kind: 'snmp') => number) => [
      {
        driver: 'snmp' as const,
        port: port('snmp'),
        version: 'v3' as const,
        user: network.user,
        authProtocol,
        privProtocol: 'aes' as const,
      },
    ],
  })
  const onvif = {
    secret: { user: 'service', password: 'simulated-onvif' },
    connections: (port: (kind: 'onvif') => number) => [{ driver: 'onvif' as const, port: port('onvif') }],
  }
  const modbus = (kind: PlantKind) => ({
    kind,
    secret: null,
    connections: (port: (kind: 'modbus') => number) => [
      { driver: 'modbus' as const, port: port('modbus'), unit: 1, registers: registersOf(kind) },
    ],
  })
  const recorder = {
    secret: onvif.secret,
    connections: (port: (kind: 'onvif' | 'http') => number) => [
      ...onvif.connections(port),
      {
        driver: 'http' as const,
        port: port('http'),
        path: '/api/status',
        values: [
          { id: 'channels', name: '录像通道 Channels recording', path: 'recording.active', class: 'count' },
          { id: 'kept', name: '保存天数 Days kept', path: 'recording.daysKept', class: 'time', unit: 'd' },
          { id: 'disk.1', name: '硬盘 1 Disk 1', path: 'disks[0].state', class: 'state' },
          {
            id: 'disk.1.used',
            name: '硬盘 1 已用 Disk 1 used',
            path: 'disks[0].usedPercent',
            class: 'storage',
            unit: '%',
          },
          {
            id: 'disk.1.temperature',
            name: '硬盘 1 温度 Disk 1 temperature',
            path: 'disks[0].temperature',
            class: 'temperature',
            unit: '°C',
          },
        ],
      },
    ],
  }
  const door = {
    secret: { user: 'service', password: 'simulated-door' },
    connections: (port: (kind: 'http') => number) => [
      { driver: 'http' as const, port: port('http'), path: '/api/status', profile: 'generic/door' },
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
      serves: [{ function: 'network/switching' }],
      location: '机房 B1 / Plant room B1',
      ...snmpV3('sha'),
    })),
    ...count(4).map((n) => ({
      id: `edge-${n}`,
      name: `接入交换机 Edge switch ${n}`,
      kind: 'switch' as const,
      needs: cores,
      serves: [{ function: 'network/switching' }],
      location: `${n}F 弱电间 / riser ${n}F`,
      ...(n % 2 === 0 ? snmpV3('sha256') : snmpV2),
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
      ...recorder,
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
      needs: cores,
      serves: [{ function: 'bas/cooling', weight: 2 }],
      location: '屋顶 / Roof',
      ...modbus('chiller'),
    },
    ...count(2).map((n) => ({
      id: `ahu-${n}`,
      name: `空调机组 Air handler ${n}`,
      needs: cores,
      serves: [{ function: 'bas/cooling' }],
      location: `${n * 2}F`,
      ...modbus('air-handler'),
    })),
    ...count(3).map((n) => ({
      id: `meter-${n}`,
      name: `电表 Energy meter ${n}`,
      needs: [['edge-4']],
      serves: [{ function: 'bas/metering' }],
      location: `${n}F`,
      ...modbus('meter'),
    })),
  ]
}

/** Every device that answers on a socket, each at an address of its own. */
export function describeBuilding({ net, block = 0, manyAddresses }: Layout): SimulatedDevice[] {
  const { first, perBuilding, buildings } = standInPorts
  return drafts().map((draft, i) => {
    const own = first + ((net + block) % buildings) * perBuilding + i * portsPerDevice
    const port = (kind: keyof typeof ports): number => (manyAddresses ? ports[kind] : own + portOffsets[kind])
    const address = manyAddresses ? `127.${net}.${block}.${i + 10}` : '127.0.0.1'
    return {
      ...draft,
      address,
      mac: `02:57:00:00:00:${two(i)}`,
      connections: draft.connections(port),
      ...(draft.kind === 'camera' || draft.kind === 'nvr' ? { rtspPort: port('rtsp') } : {}),
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
        devices: [
          ...devices.map(({ mac: _mac, secret: _secret, rtspPort: _rtsp, ...device }) => device),
          ...channels(devices),
        ],
      },
    ],
  }
}
