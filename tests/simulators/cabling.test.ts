import { describe, expect, test } from 'vitest'
import { describeBuilding } from './building.ts'
import { cablesOf, forwardingOf, reachable, rootOf } from './cabling.ts'

const devices = describeBuilding({ net: 20, manyAddresses: true })
const cables = cablesOf(devices)
const all = () => true
const without =
  (...gone: string[]) =>
  (id: string) =>
    !gone.includes(id)
const portOf = (from: string, to: string) => cables.find((it) => it.switch === from && it.peer === to)?.port

describe('the wiring', () => {
  test('a port has one cable, and a cable between switches has the same ends from both sides', () => {
    const ends = cables.map((it) => `${it.switch}/${it.port}`)
    expect(new Set(ends).size).toBe(ends.length)
    const between = cables.filter((it) => devices.some((device) => device.id === it.peer && device.kind === 'switch'))
    expect(between.length).toBe(2 * (4 * 2 + 1))
    for (const it of between) {
      const back = cables.find((other) => other.switch === it.peer && other.peer === it.switch)
      expect(it.peerPort).toContain(`1/0/${back?.port}`)
    }
  })

  test('every device but the core switches has a cable to all that it needs', () => {
    for (const device of devices)
      for (const id of device.needs?.flat() ?? []) expect(portOf(id, device.id), device.id).toBeDefined()
  })
})

describe('who can be reached', () => {
  test('everybody, when all is well; one core switch less takes nobody along', () => {
    expect(reachable(devices, all).size).toBe(devices.length)
    expect(reachable(devices, without('core-1')).size).toBe(devices.length)
  })

  test('without both core switches only they themselves', () => {
    expect([...reachable(devices, without('core-1', 'core-2'))]).toEqual(['core-1', 'core-2'])
  })

  test('without an edge switch all but what hangs on it', () => {
    const lost = devices.map((it) => it.id).filter((id) => !reachable(devices, without('edge-4')).has(id))
    const cameras = ['cam-19', 'cam-20', 'cam-21', 'cam-22', 'cam-23', 'cam-24']
    expect(lost).toEqual([...cameras, 'door-6', 'meter-1', 'meter-2', 'meter-3'])
  })
})

describe('forwarding tables', () => {
  const tableOf = (id: string, works: (id: string) => boolean) => forwardingOf(id, devices, cables, works)

  test('an edge switch has its own hosts on their ports, everything else towards the core that carries the traffic', () => {
    const table = tableOf('edge-2', all)
    expect(table.size).toBe(devices.length - 1)
    expect(table.get('cam-07')).toBe(portOf('edge-2', 'cam-07'))
    for (const id of ['core-1', 'core-2', 'cam-01', 'nvr-1', 'edge-1'])
      expect(table.get(id), id).toBe(portOf('edge-2', 'core-1'))
  })

  test('the core that carries the traffic has each camera behind its edge switch; the other one has all behind the first', () => {
    const first = tableOf('core-1', all)
    expect(first.get('cam-07')).toBe(portOf('core-1', 'edge-2'))
    expect(first.get('nvr-1')).toBe(portOf('core-1', 'nvr-1'))
    expect(first.get('core-2')).toBe(portOf('core-1', 'core-2'))
    const second = tableOf('core-2', all)
    expect(new Set(second.values())).toEqual(new Set([portOf('core-2', 'core-1')]))
    expect(second.size).toBe(devices.length - 1)
  })

  test('when the first core is gone the other takes over, and nobody knows the first any more', () => {
    const works = without('core-1')
    expect(rootOf(devices, works)).toBe('core-2')
    expect(tableOf('core-2', works).get('cam-07')).toBe(portOf('core-2', 'edge-2'))
    expect(tableOf('edge-2', works).get('nvr-1')).toBe(portOf('edge-2', 'core-2'))
    expect(tableOf('edge-2', works).has('core-1')).toBe(false)
  })
})
