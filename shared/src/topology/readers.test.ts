import { expect, test } from 'vitest'
import { TopologyFindings } from './findings.ts'
import { proposeLinks } from './propose.ts'
import type { TopologyDevice } from './site.ts'

const mac = (n: number): string => `02:00:00:00:00:${n.toString(16).padStart(2, '0')}`

function device(id: string, kind: TopologyDevice['kind'], over: Partial<TopologyDevice> = {}): TopologyDevice {
  return { id, kind, address: null, names: [], macs: [], needs: [], learned: null, ...over }
}

function telling(id: string, kind: TopologyDevice['kind'], findings: object): TopologyDevice {
  return device(id, kind, { learned: { at: 1000, findings: TopologyFindings.parse(findings) } })
}

const shown = (devices: readonly TopologyDevice[]) =>
  proposeLinks(devices).map((it) => [it.device, it.needs, it.confidence, it.by.at(-1)?.text.en])

test('a reader needs the controller that lists it, by address, MAC address or name', () => {
  const readers = [
    { name: 'Lobby in', address: '10.0.0.7' },
    { name: 'Lobby out', mac: mac(8) },
    { name: 'Garage' },
    { name: 'nobody here' },
  ]
  const devices = [
    telling('door-1', 'door-controller', { readers }),
    device('reader-1', 'other', { address: '10.0.0.7' }),
    device('reader-2', 'other', { macs: [mac(8)] }),
    device('door-1-garage', 'channel', { names: ['Garage'] }),
  ]
  expect(shown(devices)).toEqual([
    ['door-1-garage', [['door-1']], 'medium', 'door-1 lists a reader Garage (door-1-garage)'],
    ['reader-1', [['door-1']], 'high', 'door-1 lists a reader Lobby in (reader-1)'],
    ['reader-2', [['door-1']], 'high', 'door-1 lists a reader Lobby out (reader-2)'],
  ])
})

test('one with a cable of its own needs its switch as well', () => {
  const neighbour = { by: 'lldp', port: '3', chassis: mac(8), remotePort: 'eth0', name: 'reader', isBridge: false }
  const devices = [
    telling('edge', 'switch', { neighbours: [neighbour] }),
    telling('door-1', 'door-controller', { readers: [{ name: 'Lobby', mac: mac(8) }] }),
    device('reader-1', 'other', { macs: [mac(8)] }),
  ]
  expect(proposeLinks(devices).map((it) => [it.device, it.needs, it.places])).toEqual([
    [
      'reader-1',
      [['edge'], ['door-1']],
      [
        { to: 'edge', port: '3' },
        { to: 'door-1', port: 'Lobby' },
      ],
    ],
  ])
})

test('of two controllers that list one reader the stated one counts, and none where nothing is stated', () => {
  const both = ['door-1', 'door-2'].map((id) => telling(id, 'door-controller', { readers: [{ name: 'Lobby' }] }))
  const reader = device('lobby', 'channel', { names: ['Lobby'] })
  expect(shown([...both, reader])).toEqual([])
  expect(shown([...both, { ...reader, needs: [['door-2']] }]).map(([, needs]) => needs)).toEqual([[['door-2']]])
})

test('a camera’s recorder, a switch or a controller lists nobody’s readers, and is none', () => {
  const readers = [{ name: 'edge' }, { name: 'door-2' }, { name: 'door-1' }]
  const devices = [
    device('edge', 'switch'),
    telling('door-1', 'door-controller', { readers }),
    device('door-2', 'door-controller'),
    telling('nvr', 'nvr', { readers: [{ name: 'reader' }] }),
    device('reader', 'other'),
  ]
  expect(shown(devices)).toEqual([])
})
