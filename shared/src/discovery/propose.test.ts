import { describe, expect, test } from 'vitest'
import { DeviceModel, type FoundDevice, SystemModel } from '../model/index.ts'
import { proposeDevices } from './index.ts'

const found = (address: string, more: Partial<FoundDevice> = {}): FoundDevice => ({
  address,
  identity: {},
  connections: [],
  openPorts: [],
  evidence: [],
  neighbours: [],
  ...more,
})
const nothing = { systems: [], devices: [] }
const switchOf = (address: string, name: string, neighbours: [string, string][]): FoundDevice =>
  found(address, {
    kind: 'switch',
    identity: { name },
    neighbours: neighbours.map(([port, at]) => ({ port, name: '', chassis: '', address: at })),
  })

describe('names', () => {
  test('come from the device itself, else from its kind and address', () => {
    const proposals = proposeDevices(
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
    const proposals = proposeDevices([found('10.0.4.7', { kind: 'camera' }), found('10.0.4.8', { kind: 'camera' })], {
      systems: [],
      devices,
    })
    expect(proposals.map((it) => it.id)).toEqual(['cam-4-7', 'lobby'])
  })

  test('a silent device is called as its neighbour calls it', () => {
    const edge = found('10.0.4.2', {
      kind: 'switch',
      neighbours: [{ port: '1', name: 'NVR-1', chassis: '02:00:00:00:00:07', address: '10.0.4.7' }],
    })
    const [, recorder] = proposeDevices([edge, found('10.0.4.7', { kind: 'camera' })], nothing)
    expect(recorder).toMatchObject({ id: 'nvr-1', kind: 'nvr', function: 'cctv/record' })
  })
})

describe('systems', () => {
  test('are the customary ones where the site has none', () => {
    const kinds = ['camera', 'door-controller', 'ups', 'meter', 'printer'] as const
    const proposals = proposeDevices(
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
    expect(proposeDevices([camera], { systems, devices: [] })[0]?.function).toBe('video/live')
    const devices = [
      DeviceModel.parse({ id: 'a', kind: 'camera', address: '10.0.4.9', serves: [{ function: 'video/plates' }] }),
    ]
    expect(proposeDevices([camera], { systems, devices })[0]?.function).toBe('video/plates')
  })
})

describe('needs', () => {
  const needsOf = (devices: FoundDevice[]) =>
    Object.fromEntries(proposeDevices(devices, nothing).map((it) => [it.id, it.needs]))

  test('lead towards the middle, with alternatives where two are as near', () => {
    const needs = needsOf([
      switchOf('10.0.0.1', 'core-1', [
        ['1', '10.0.0.3'],
        ['2', '10.0.0.4'],
        ['3', '10.0.0.5'],
      ]),
      switchOf('10.0.0.2', 'core-2', [
        ['1', '10.0.0.3'],
        ['2', '10.0.0.4'],
        ['3', '10.0.0.5'],
      ]),
      switchOf('10.0.0.3', 'edge-1', [['1', '10.0.0.6']]),
      switchOf('10.0.0.4', 'edge-2', []),
      switchOf('10.0.0.5', 'edge-3', []),
      found('10.0.0.6', { kind: 'camera' }),
    ])
    expect(needs).toEqual({
      'core-1': [],
      'core-2': [],
      'edge-1': [['core-1', 'core-2']],
      'edge-2': [['core-1', 'core-2']],
      'edge-3': [['core-1', 'core-2']],
      'cam-6': [['edge-1']],
    })
  })

  test('a router is the middle, whoever has more neighbours', () => {
    const needs = needsOf([
      { ...switchOf('10.0.0.1', 'gate', [['1', '10.0.0.2']]), kind: 'router' },
      switchOf('10.0.0.2', 'sw-a', [
        ['1', '10.0.0.3'],
        ['2', '10.0.0.4'],
      ]),
      switchOf('10.0.0.3', 'sw-b', []),
      switchOf('10.0.0.4', 'sw-c', []),
    ])
    expect(needs).toEqual({ gate: [], 'sw-a': [['gate']], 'sw-b': [['sw-a']], 'sw-c': [['sw-a']] })
  })

  test('a ring of switches does not need itself', () => {
    const needs = needsOf([
      switchOf('10.0.0.1', 'a', [['1', '10.0.0.2']]),
      switchOf('10.0.0.2', 'b', [['1', '10.0.0.3']]),
      switchOf('10.0.0.3', 'c', [['1', '10.0.0.1']]),
    ])
    expect(needs).toEqual({ a: [], b: [], c: [] })
  })

  test('a name that two have links nobody', () => {
    const named = (address: string): FoundDevice => found(address, { kind: 'camera', identity: { name: 'IPC' } })
    const edge = found('10.0.0.1', {
      kind: 'switch',
      neighbours: [{ port: '1', name: 'IPC', chassis: '', address: '' }],
    })
    const needs = proposeDevices([edge, named('10.0.0.2'), named('10.0.0.3')], nothing).map((it) => it.needs)
    expect(needs).toEqual([[], [], []])
  })
})
