import { StewardError } from '@steward/shared/errors'
import { TopologyFindings } from '@steward/shared/topology'
import { expect, test } from 'vitest'
import type { Ask } from '../../ask.ts'
import type { Varbind } from '../../engine/index.ts'
import { learnPorts } from '../ports.ts'
import { learnPlace, placeTables } from './index.ts'

type Cell = number | string | Buffer

/** A target by its OIDs; text in hexadecimal stands for bytes where it is a buffer. */
function askOf(cells: Record<string, Cell>, vlans: Record<number, Record<string, Cell>> = {}): Ask {
  const varbinds = new Map(Object.entries(cells).map(([oid, value]) => [oid, varbind(oid, value)]))
  const below = (root: string) => [...varbinds].filter(([oid]) => oid.startsWith(`${root}.`))
  return {
    get: async (oids) => new Map(oids.flatMap((it) => (varbinds.has(it) ? [[it, varbinds.get(it) ?? never()]] : []))),
    present: async (roots) => new Set(roots.filter((it) => below(it).length > 0)),
    column: async (root, { most } = { most: 4000, endsAtMs: 0 }) =>
      new Map(
        below(root)
          .slice(0, most)
          .map(([oid, it]) => [oid.slice(root.length + 1), it]),
      ),
    inVlan: (vlan) => ({
      ...askOf(vlans[vlan] ?? {}),
      ...(vlans[vlan] === undefined
        ? { column: () => Promise.reject(new StewardError('driver/timeout', 'silent')) }
        : {}),
    }),
  }
}

function varbind(oid: string, value: Cell): Varbind {
  if (typeof value === 'number') return { oid, type: 'integer', value }
  if (Buffer.isBuffer(value)) return { oid, type: 'octets', value }
  return /^ip /.test(value)
    ? { oid, type: 'ip', value: value.slice(3) }
    : { oid, type: 'octets', value: Buffer.from(value) }
}

function never(): never {
  throw new Error('not there')
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(':', ''), 'hex')
const ifTable = '1.3.6.1.2.1.2.2.1'
const ifXTable = '1.3.6.1.2.1.31.1.1.1'
const cdp = '1.3.6.1.4.1.9.9.23.1.2.1.1'
const lldp = '1.0.8802.1.1.2.1.4.1.1'

/** Ports by their index: name and MAC address. */
function portsOf(ports: Record<number, string>): Record<string, Cell> {
  return Object.fromEntries(
    Object.entries(ports).flatMap(([index, name]) => [
      [`${ifTable}.2.${index}`, name],
      [`${ifTable}.6.${index}`, hex(`02:00:00:00:00:${Number(index).toString(16).padStart(2, '0').slice(-2)}`)],
      [`${ifTable}.8.${index}`, 1],
      [`${ifXTable}.1.${index}`, name],
    ]),
  )
}

async function learn(
  cells: Record<string, Cell>,
  vlans: Record<number, Record<string, Cell>> = {},
): Promise<TopologyFindings> {
  const ask = askOf(cells, vlans)
  const present = await ask.present(placeTables)
  const found = await learnPlace(ask, present, await learnPorts(ask), (oid) =>
    oid.endsWith('.1.7') ? 'poe.1.7.state' : undefined,
  )
  expect(TopologyFindings.parse(found)).toEqual(found)
  return found
}

test('CDP: port by ifIndex, name, address, and whether it carries others', async () => {
  const { neighbours } = await learn({
    ...portsOf({ 10101: 'Gi1/0/1' }),
    [`${cdp}.4.10101.3`]: Buffer.from([10, 0, 0, 7]),
    [`${cdp}.6.10101.3`]: 'access-3.example.com(FOC1234)',
    [`${cdp}.7.10101.3`]: 'GigabitEthernet1/0/49',
    [`${cdp}.9.10101.3`]: hex('00000028'),
    [`${cdp}.6.10101.4`]: 'SEP001122334455',
    [`${cdp}.9.10101.4`]: hex('00000490'),
  })
  expect(neighbours).toEqual([
    {
      by: 'cdp',
      port: 'Gi1/0/1',
      chassis: 'access-3.example.com(FOC1234)',
      remotePort: 'GigabitEthernet1/0/49',
      name: 'access-3.example.com(FOC1234)',
      address: '10.0.0.7',
      isBridge: true,
    },
    {
      by: 'cdp',
      port: 'Gi1/0/1',
      chassis: 'SEP001122334455',
      remotePort: '',
      name: 'SEP001122334455',
      isBridge: false,
    },
  ])
})

test('LLDP: the local port by its name, a bundle instead of its member, MAC addresses as text made plain', async () => {
  const { neighbours } = await learn({
    ...portsOf({ 5: 'Gi0/5', 6: 'Gi0/6', 1000: 'Po1' }),
    '1.2.840.10006.300.43.1.2.1.1.13.6': 1000,
    '1.0.8802.1.1.2.1.3.7.1.3.77': 'Gi0/5',
    '1.0.8802.1.1.2.1.3.7.1.3.78': 'Gi0/6',
    [`${lldp}.4.0.77.1`]: 4,
    [`${lldp}.5.0.77.1`]: 'C0-06-C3-A1-3F-46',
    [`${lldp}.7.0.77.1`]: 'eth0',
    [`${lldp}.12.0.77.1`]: hex('24'),
    [`${lldp}.5.0.78.1`]: 'core',
    [`${lldp}.12.0.78.1`]: hex('28'),
  })
  expect(neighbours.map((it) => [it.port, it.chassis, it.isBridge])).toEqual([
    ['Gi0/5', 'c0:06:c3:a1:3f:46', false],
    ['Po1', 'core', true],
  ])
})

test('forwarding by VLAN before the plain table; own addresses, groups and what is nowhere are left out', async () => {
  const byVlan = '1.3.6.1.2.1.17.7.1.2.2.1.2'
  const { forwarding } = await learn({
    ...portsOf({ 21: 'port21', 22: 'port22' }),
    '1.3.6.1.2.1.17.1.4.1.2.1': 21,
    '1.3.6.1.2.1.17.1.4.1.2.2': 22,
    [`${byVlan}.1.2.0.0.0.1.1`]: 1,
    [`${byVlan}.7.2.0.0.0.1.1`]: 1,
    [`${byVlan}.1.2.0.0.0.1.2`]: 2,
    [`${byVlan}.1.2.0.0.0.0.21`]: 2,
    [`${byVlan}.1.1.0.94.0.0.1`]: 1,
    [`${byVlan}.1.2.0.0.0.1.3`]: 0,
    '1.3.6.1.2.1.17.4.3.1.2.2.0.0.0.9.9': 1,
  })
  expect(forwarding).toEqual([
    { port: 'port21', count: 1, macs: ['02:00:00:00:01:01'] },
    { port: 'port22', count: 1, macs: ['02:00:00:00:01:02'] },
  ])
})

test('a Catalyst has a table for each VLAN, with numbers of its own; one that is not answered for costs itself', async () => {
  const vlan = '1.3.6.1.4.1.9.9.46.1.3.1.1'
  const states = [1, 10, 20, 30, 1002].map((it) => [`${vlan}.2.1.${it}`, it === 30 ? 2 : 1])
  const types = [1, 10, 20, 30, 1002].map((it) => [`${vlan}.3.1.${it}`, it === 1002 ? 2 : 1])
  const fdb = '1.3.6.1.2.1.17.4.3.1.2'
  const number = '1.3.6.1.2.1.17.1.4.1.2'
  const { forwarding } = await learn(
    {
      ...portsOf({ 10101: 'Gi1/0/1', 10102: 'Gi1/0/2' }),
      ...Object.fromEntries([...states, ...types]),
      [`${number}.1`]: 10101,
      [`${fdb}.2.0.0.0.1.1`]: 1,
    },
    {
      1: { [`${number}.1`]: 10101, [`${fdb}.2.0.0.0.1.1`]: 1 },
      10: { [`${number}.1`]: 10102, [`${fdb}.2.0.0.0.2.1`]: 1, [`${fdb}.2.0.0.0.2.2`]: 1 },
    },
  )
  expect(forwarding).toEqual([
    { port: 'Gi1/0/1', count: 1, macs: ['02:00:00:00:01:01'] },
    { port: 'Gi1/0/2', count: 2, macs: ['02:00:00:00:02:01', '02:00:00:00:02:02'] },
  ])
})

test('a table of 20,000 rows is read whole; of one that is longer than any nothing is believed', async () => {
  const rows = (count: number): Record<string, Cell> =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        `1.3.6.1.2.1.17.7.1.2.2.1.2.1.2.1.0.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`,
        1 + (i % 2),
      ]),
    )
  const bridge = { '1.3.6.1.2.1.17.1.4.1.2.1': 21, '1.3.6.1.2.1.17.1.4.1.2.2': 22 }
  const whole = await learn({ ...portsOf({ 21: 'port21', 22: 'port22' }), ...bridge, ...rows(20_000) })
  expect(whole.forwarding.map((it) => [it.port, it.count, it.macs.length])).toEqual([
    ['port21', 10_000, 64],
    ['port22', 10_000, 64],
  ])
  expect((await learn({ ...portsOf({ 21: 'port21', 22: 'port22' }), ...bridge, ...rows(31_000) })).forwarding).toEqual(
    [],
  )
})

test('without the bridge’s own numbers a port is known by the number in its name, and no VLAN is taken for it', async () => {
  const { forwarding } = await learn({
    ...portsOf({ 1: 'Vlan-interface1', 49153: 'gigabitEthernet 1/0/1', 49163: 'gigabitEthernet 1/0/11' }),
    '1.3.6.1.2.1.17.4.3.1.2.2.0.0.0.1.1': 1,
  })
  expect(forwarding.map((it) => it.port)).toEqual(['gigabitEthernet 1/0/1'])
})

test('ARP of either table, the only gateway, and a root of the spanning tree that somebody chose', async () => {
  const found = await learn({
    ...portsOf({ 1: 'eth1' }),
    '1.3.6.1.2.1.4.35.1.4.1.1.4.10.0.0.9': hex('02:00:00:00:09:09'),
    '1.3.6.1.2.1.4.24.7.1.7.1.4.0.0.0.0.0.2.0.0.1.4.10.0.0.1': 1,
    '1.3.6.1.2.1.17.4.3.1.2.2.0.0.0.1.1': 1,
    '1.3.6.1.2.1.17.2.5.0': hex('1000020000000aaa'),
  })
  expect(found.arp).toEqual([{ mac: '02:00:00:00:09:09', address: '10.0.0.9' }])
  expect(found.gateway).toBe('10.0.0.1')
  expect(found.stpRoot).toBe('02:00:00:00:0a:aa')
  const plain = await learn({
    ...portsOf({ 1: 'eth1' }),
    '1.3.6.1.2.1.4.21.1.7.0.0.0.0': 'ip 10.0.0.254',
    '1.3.6.1.2.1.17.4.3.1.2.2.0.0.0.1.1': 1,
    '1.3.6.1.2.1.17.2.5.0': hex('8000020000000aaa'),
  })
  expect([plain.gateway, plain.stpRoot]).toEqual(['10.0.0.254', undefined])
})

test('PoE by the stack member’s name, with watts and the point that is read from then on', async () => {
  const { poe } = await learn({
    ...portsOf({ 7: 'Gi1/0/7', 8: 'Gi2/0/7' }),
    '1.3.6.1.2.1.105.1.1.1.6.1.7': 3,
    '1.3.6.1.2.1.105.1.1.1.6.2.7': 2,
    '1.3.6.1.4.1.9.9.402.1.2.1.9.1.7': 6400,
  })
  expect(poe).toEqual([
    { port: 'Gi1/0/7', state: 'delivering', watts: 6.4, point: 'poe.1.7.state' },
    { port: 'Gi2/0/7', state: 'searching' },
  ])
})
