import { expect, test } from 'vitest'
import type { TopologyFindings, TopologyNeighbour } from './findings.ts'
import { proposeLinks } from './propose.ts'
import type { TopologyDevice } from './site.ts'

const hour = 3_600_000
const mac = (n: number): string => `02:00:00:00:00:${n.toString(16).padStart(2, '0')}`

function device(id: string, n: number, findings: Partial<TopologyFindings> | null, at = hour): TopologyDevice {
  const none: TopologyFindings = { macs: [], ports: [], neighbours: [], forwarding: [], arp: [], poe: [] }
  return {
    id,
    kind: findings === null ? 'camera' : 'switch',
    address: `10.0.0.${n}`,
    names: [],
    macs: [mac(n)],
    needs: [],
    learned: findings === null ? null : { at, findings: { ...none, ...findings } },
  }
}

const lldp = (port: string, to: string, remotePort: string): TopologyNeighbour => ({
  by: 'lldp',
  port,
  chassis: to,
  remotePort,
  name: to,
})
const behind = (port: string, ...numbers: number[]) => ({ port, count: numbers.length, macs: numbers.map(mac) })
const linkOf = (devices: readonly TopologyDevice[], id: string) => proposeLinks(devices).find((it) => it.device === id)
const needsOf = (devices: readonly TopologyDevice[], id: string) => linkOf(devices, id)?.needs

test('in a ring of switches each has two ways to the root, but for those beside it', () => {
  const ring = ['root', 'a', 'b', 'c', 'd']
  const devices = ring.map((id, i) => {
    const [left = '', right = ''] = [ring.at(i - 1), ring[(i + 1) % ring.length]]
    return device(id, i + 1, { neighbours: [lldp('1', left, '2'), lldp('2', right, '1')], gateway: '10.0.0.1' })
  })
  expect(needsOf(devices, 'root')).toBeUndefined()
  expect(needsOf(devices, 'a')).toEqual([['root']])
  expect(needsOf(devices, 'b')).toEqual([['a', 'c']])
  expect(needsOf(devices, 'c')).toEqual([['b', 'd']])
})

test('a camera that was moved is where it was seen last', () => {
  const camera = device('cam', 9, null)
  const before = device('edge-1', 1, { forwarding: [behind('7', 9)] }, hour)
  const after = device('edge-2', 2, { forwarding: [behind('3', 9)] }, 2 * hour)
  expect(linkOf([before, after, camera], 'cam')?.places).toEqual([{ to: 'edge-2', port: '3' }])
  const said = device('edge-1', 1, { neighbours: [lldp('7', 'cam', 'eth0')] }, hour)
  const saidLater = device('edge-2', 2, { neighbours: [lldp('3', 'cam', 'eth0')] }, 2 * hour)
  expect(linkOf([said, saidLater, camera], 'cam')?.places).toEqual([{ to: 'edge-2', port: '3' }])
})

test('CDP that a switch of another make has passed on is no cable', () => {
  const cdp: TopologyNeighbour = { by: 'cdp', port: '1', chassis: 'access', remotePort: '9', name: 'access' }
  const devices = [
    device('core', 1, { neighbours: [lldp('1', 'middle', '1'), cdp], gateway: '10.0.0.1' }),
    device('middle', 2, { neighbours: [lldp('1', 'core', '1'), lldp('2', 'access', '9')] }),
    device('access', 3, { neighbours: [lldp('9', 'middle', '2')] }),
  ]
  expect(needsOf(devices, 'middle')).toEqual([['core']])
  expect(needsOf(devices, 'access')).toEqual([['middle']])
})

test('cameras behind an unmanaged switch hang on its port, unless a switch without a table could be between', () => {
  const cameras = [7, 8].map((n) => device(`cam-${n}`, n, null))
  const edge = device('edge', 1, { forwarding: [behind('5', 7, 8)] })
  const link = linkOf([edge, ...cameras], 'cam-7')
  expect(link).toMatchObject({ needs: [['edge']], places: [{ to: 'edge', port: '5' }], confidence: 'medium' })
  expect(linkOf([edge, device('dark', 2, {}), ...cameras], 'cam-7')).toBeUndefined()
})

test('a camera that has the name of another and its own MAC address is a stranger', () => {
  const said = (chassis: string) => [{ ...lldp('5', 'ipcam', 'eth0'), chassis }]
  const camera = { ...device('cam', 7, null), names: ['IPCAM'] }
  expect(needsOf([device('edge', 1, { neighbours: said(mac(8)) }), camera], 'cam')).toBeUndefined()
  expect(needsOf([device('edge', 1, { neighbours: said('ipcam') }), camera], 'cam')).toEqual([['edge']])
  const unknown = { ...camera, macs: [] }
  expect(needsOf([device('edge', 1, { neighbours: said(mac(8)) }), unknown], 'cam')).toEqual([['edge']])
})

test('what is behind a strange switch is not said to hang on the port', () => {
  const stranger = { ...lldp('5', 'unknown', '1'), isBridge: true }
  const edge = device('edge', 1, { forwarding: [behind('5', 7)], neighbours: [stranger] })
  expect(linkOf([edge, device('cam', 7, null)], 'cam')).toBeUndefined()
})

test('an access point keeps its wireless clients from its port', () => {
  const point: TopologyDevice = { ...device('ap', 5, null), kind: 'access-point' }
  const edge = device('edge', 1, { forwarding: [behind('5', 5, 7)] })
  const links = proposeLinks([edge, point, device('cam', 7, null)])
  expect(links.map((it) => it.device)).toEqual(['ap'])
})

test('where nothing tells the root, switches have no direction, but what people stated gives a weak one', () => {
  const one = device('a', 1, { neighbours: [lldp('1', 'b', '1')] })
  const other = device('b', 2, { neighbours: [lldp('1', 'a', '1')] })
  expect(proposeLinks([one, other])).toEqual([])
  const camera = { ...device('cam', 9, null), needs: [['a']] }
  expect(linkOf([one, other, camera], 'b')).toMatchObject({ needs: [['a']], confidence: 'low' })
})

test('a port that feeds the device says so, with its watts', () => {
  const edge = device('edge', 1, {
    forwarding: [behind('5', 7)],
    poe: [{ port: '5', state: 'delivering', watts: 6.4 }],
  })
  const link = linkOf([edge, device('cam', 7, null)], 'cam')
  expect(link?.by.map((it) => it.kind)).toEqual(['fdb', 'poe'])
  expect(link?.by[1]?.text.en).toContain('6.4 W')
})

test('one address with two MAC addresses is nobody', () => {
  const camera = { ...device('cam', 7, null), macs: [] }
  const arp = [7, 8].map((n) => ({ mac: mac(n), address: '10.0.0.7' }))
  const edge = device('edge', 1, { forwarding: [behind('5', 7)], arp })
  expect(proposeLinks([edge, camera])).toEqual([])
  expect(
    linkOf([device('edge', 1, { forwarding: [behind('5', 7)], arp: arp.slice(0, 1) }), camera], 'cam'),
  ).toMatchObject({
    needs: [['edge']],
  })
})

test('a channel needs its camera and the recorder that lists it; of two recorders the one that is stated', () => {
  const recorder = (id: string, n: number): TopologyDevice => ({
    ...device(id, n, null),
    kind: 'nvr',
    channels: { at: hour, names: ['CAM-7', 'Lobby', 'Channel 3'] },
  })
  const channel = (id: string, needs: string[][] = []): TopologyDevice => ({
    ...device(id, 20, null),
    address: null,
    macs: [],
    kind: 'channel',
    needs,
  })
  const cameras = [7, 70].map((n) => ({ ...device(`cam-${n}`, n, null), names: n === 70 ? ['Lobby'] : [] }))
  const one = [...cameras, recorder('nvr-1', 2), channel('cam-7-rec'), channel('cam-70-rec'), channel('door-rec')]
  expect(proposeLinks(one).map((it) => [it.device, it.needs])).toEqual([
    ['cam-7-rec', [['cam-7'], ['nvr-1']]],
    ['cam-70-rec', [['cam-70'], ['nvr-1']]],
  ])
  const two = [...cameras, recorder('nvr-1', 2), recorder('nvr-2', 3), channel('cam-70-rec')]
  expect(proposeLinks([...two, channel('cam-7-rec', [['nvr-2']])]).map((it) => [it.device, it.needs])).toEqual([
    ['cam-7-rec', [['cam-7'], ['nvr-2']]],
  ])
})

test('a recorder lists its channels by the addresses of their cameras', () => {
  const channels = [
    { name: 'IPCamera 01', address: '10.0.0.7' },
    { name: 'Lobby' },
    { name: 'IPCamera 03', address: '10.9.9.9' },
  ]
  const recorder: TopologyDevice = { ...device('nvr-1', 2, { channels }), kind: 'nvr' }
  const cameras = [7, 70].map((n) => ({ ...device(`cam-${n}`, n, null), names: n === 70 ? ['Lobby'] : [] }))
  const recorded = [7, 70].map(
    (n): TopologyDevice => ({
      ...device(`cam-${n}-rec`, 20, null),
      ...{ address: null, macs: [], kind: 'channel' },
    }),
  )
  const proposed = proposeLinks([...cameras, recorder, ...recorded])
  expect(proposed.map((it) => [it.device, it.needs])).toEqual([
    ['cam-7-rec', [['cam-7'], ['nvr-1']]],
    ['cam-70-rec', [['cam-70'], ['nvr-1']]],
  ])
  expect(proposed[0]?.by[0]?.text.en).toBe('nvr-1 lists a channel IPCamera 01 (cam-7)')
})

test('a core switch that is down is still the other of its pair', () => {
  const arp = [7, 8].map((n) => ({ mac: mac(n), address: `10.0.0.${n}` }))
  const told = { arp, neighbours: [lldp('1', 'edge', '1'), lldp('2', 'core-2', '2')] }
  const devices = (isDown: boolean) => [
    { ...device('core-1', 1, told), isDown },
    device('core-2', 2, { arp, neighbours: [lldp('1', 'edge', '2')] }, 2 * hour),
    device('edge', 3, { neighbours: [lldp('2', 'core-2', '1')] }, 2 * hour),
    ...[7, 8].map((n) => device(`cam-${n}`, n, null)),
  ]
  expect(needsOf(devices(true), 'edge')).toEqual([['core-1', 'core-2']])
  // Up, and seen by nobody any more: two routing switches that are not beside each other leave the root in doubt.
  expect(needsOf(devices(false), 'edge')).toBeUndefined()
})
