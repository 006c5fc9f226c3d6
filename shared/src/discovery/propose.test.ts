import { describe, expect, test } from 'vitest'
import { DeviceModel, SystemModel } from '../model/index.ts'
import { TopologyFindings } from '../topology/index.ts'
import { type FoundDevice, proposeDevices, type SiteNow } from './index.ts'

const found = (address: string, more: Partial<FoundDevice> = {}): FoundDevice => ({
  address,
  identity: {},
  connections: [],
  openPorts: [],
  evidence: [],
  ...more,
})
const nothing: SiteNow = { systems: [], devices: [] }
const propose = (devices: FoundDevice[], site = nothing) => proposeDevices(devices, site).devices
/** LLDP neighbours, one a port. */
const telling = (addresses: readonly string[]) => ({
  topology: TopologyFindings.parse({
    ports: addresses.map((_, at) => ({ name: `${at}`, index: at, label: '', up: true })),
    neighbours: addresses.map((address, at) => {
      return { by: 'lldp', port: `${at}`, chassis: '', remotePort: '', name: '', address }
    }),
  }),
})

describe('names', () => {
  test('come from the device itself, else from its kind and address', () => {
    const proposals = propose(
      [
        found('10.0.4.7', { kind: 'camera' }),
        found('10.0.5.7', { kind: 'camera' }),
        found('10.0.4.2', { kind: 'switch', identity: { name: 'Core Switch #1' } }),
        found('10.0.4.9'),
      ],
      nothing,
    )
    expect(proposals.map((it) => it.id)).toEqual(['cam-7', 'cam-5-7', 'core-switch-1', 'dev-9'])
    expect(proposals[2]?.name).toBe('Core Switch #1')
  })

  test('are never those of others, and a device that is known keeps its own', () => {
    const devices = [
      DeviceModel.parse({ id: 'cam-7', address: '10.0.9.9' }),
      DeviceModel.parse({ id: 'lobby', address: '10.0.4.8' }),
    ]
    const proposals = propose([found('10.0.4.7', { kind: 'camera' }), found('10.0.4.8', { kind: 'camera' })], {
      systems: [],
      devices,
    })
    expect(proposals.map((it) => it.id)).toEqual(['cam-4-7', 'lobby'])
  })

  test('a silent device is called as its neighbour calls it', () => {
    const mac = '02:00:00:00:00:07'
    const edge = found('10.0.4.2', {
      kind: 'switch',
      topology: TopologyFindings.parse({
        neighbours: [{ by: 'lldp', port: '1', remotePort: '', name: 'NVR-1', chassis: mac, address: '10.0.4.7' }],
      }),
    })
    const [, recorder] = propose([edge, found('10.0.4.7', { kind: 'camera' })], nothing)
    expect(recorder).toMatchObject({ id: 'nvr-1', kind: 'nvr', function: 'cctv/record' })
  })
})

describe('systems', () => {
  test('are the customary ones where the site has none', () => {
    const kinds = ['camera', 'door-controller', 'ups', 'meter', 'printer'] as const
    const proposals = propose(
      kinds.map((kind, at) => found(`10.0.4.${at + 1}`, { kind })),
      nothing,
    )
    expect(proposals.map((it) => it.function)).toEqual([
      'cctv/view',
      'access/doors',
      'power/backup',
      'bas/metering',
      null,
    ])
  })

  test('are those of the site where the kind fits, by the function that its like serve', () => {
    const systems = [SystemModel.parse({ id: 'video', kind: 'cctv', functions: [{ id: 'live' }, { id: 'plates' }] })]
    const camera = found('10.0.4.1', { kind: 'camera' })
    expect(propose([camera], { systems, devices: [] })[0]?.function).toBe('video/live')
    const devices = [
      DeviceModel.parse({ id: 'a', kind: 'camera', address: '10.0.4.9', serves: [{ function: 'video/plates' }] }),
    ]
    expect(propose([camera], { systems, devices })[0]?.function).toBe('video/plates')
  })
})

describe('needs', () => {
  test('are those that the tables of switches show, under the names that are proposed', () => {
    const edge = found('10.0.0.1', {
      kind: 'switch',
      identity: { name: 'Edge 1' },
      ...telling(['10.0.0.2', '10.0.0.3']),
    })
    const camera = found('10.0.0.2', { kind: 'camera' })
    const devices = [DeviceModel.parse({ id: 'lobby', kind: 'camera', address: '10.0.0.3' })]
    const { devices: proposed, links } = proposeDevices([edge, camera, found('10.0.0.3', { kind: 'camera' })], {
      systems: [],
      devices,
    })
    expect(proposed.map((it) => [it.id, it.needs])).toEqual([
      ['edge-1', []],
      ['cam-2', [['edge-1']]],
      ['lobby', [['edge-1']]],
    ])
    expect(links.find((it) => it.device === 'cam-2')?.by[0]?.kind).toBe('lldp')
  })

  test('a name that two have links nobody', () => {
    const named = (address: string): FoundDevice => found(address, { kind: 'camera', identity: { name: 'IPC' } })
    const { topology } = telling([''])
    const edge = found('10.0.0.1', {
      kind: 'switch',
      topology: {
        ...topology,
        neighbours: topology.neighbours.map(({ address: _, ...it }) => ({ ...it, name: 'IPC' })),
      },
    })
    expect(propose([edge, named('10.0.0.2'), named('10.0.0.3')]).map((it) => it.needs)).toEqual([[], [], []])
  })
})
