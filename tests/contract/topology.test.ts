import type { Identity } from '@steward/shared/model'
import { proposeLinks, type TopologyDevice } from '@steward/shared/topology'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasManyAddresses } from '../simulators/index.ts'
import { until } from '../until.ts'
import { type PolledBuilding, pollBuilding } from './polled-building.ts'

/** Everything that the agent told of the building, as the engine takes it; nothing of what people stated. */
function toldOf({ building, of }: PolledBuilding, down: readonly string[] = []): TopologyDevice[] {
  const identities = new Map<string, Identity>(of('identity').map((it) => [it.device, it.identity]))
  const findings = new Map(of('topology').map((it) => [it.device, { at: it.at, findings: it.findings }]))
  return building.devices.map(({ id, name, kind, address }) => ({
    id,
    kind: kind ?? 'other',
    address,
    names: [name ?? '', identities.get(id)?.name ?? ''],
    macs: [identities.get(id)?.mac ?? ''].filter((it) => it !== ''),
    needs: [],
    learned: findings.get(id) ?? null,
    isDown: down.includes(id),
  }))
}

describe.skipIf(!(await hasManyAddresses()))(
  'the topology of the simulated building, learned over real sockets',
  () => {
    let polled: PolledBuilding
    beforeAll(async () => {
      polled = await pollBuilding(97)
      const switches = polled.building.devices.filter((it) => it.kind === 'switch')
      const cameras = polled.building.devices.filter((it) => it.kind === 'camera')
      const ask = () => {
        const told = new Set(polled.of('topology').map((it) => it.device))
        const named = new Set(polled.of('identity').map((it) => it.device))
        return switches.every((it) => told.has(it.id)) && cameras.every((it) => named.has(it.id))
      }
      await until('all switches and cameras to tell', ask, { withinMs: 50_000 })
    }, 60_000)
    afterAll(() => polled?.close())

    test('is exactly the one that it is wired by', () => {
      const links = proposeLinks(toldOf(polled))
      const expected = polled.building.devices.filter((it) => (it.needs ?? []).length > 0)
      expect(Object.fromEntries(links.map((it) => [it.device, it.needs]))).toEqual(
        Object.fromEntries(expected.map((it) => [it.id, it.needs])),
      )
      expect(links.filter((it) => it.confidence === 'low')).toEqual([])
    })

    test('names the port of a camera, who says so, and that the port feeds it', () => {
      const link = proposeLinks(toldOf(polled)).find((it) => it.device === 'cam-01')
      expect(link?.places).toEqual([{ to: 'edge-1', port: 'GigabitEthernet1/0/1' }])
      expect(link?.by.map((it) => it.kind)).toEqual(expect.arrayContaining(['lldp', 'fdb', 'poe']))
    })

    test('stays what it is while a core switch is off, though all others see it otherwise', async () => {
      const before = proposeLinks(toldOf(polled)).map((it) => [it.device, it.needs])
      polled.building.break('core-1', 'power')
      const since = polled.records.length
      await polled.restart()
      const others = ['core-2', 'edge-1', 'edge-2', 'edge-3', 'edge-4']
      const toldSince = () =>
        new Set(polled.records.slice(since).flatMap((it) => (it.type === 'topology' ? [it.device] : [])))
      await until('the others to tell', () => others.every((it) => toldSince().has(it)), { withinMs: 30_000 })
      expect(proposeLinks(toldOf(polled, ['core-1'])).map((it) => [it.device, it.needs])).toEqual(before)
      polled.building.heal('core-1')
    }, 40_000)

    test('where a switch stops feeding its ports, the common cause says so', async () => {
      const { building, of, polling } = polled
      const fed = building.devices.filter((it) => it.needs?.flat().includes('edge-2')).map((it) => it.id)
      const isUp = () => polling().status().devices.up === building.devices.length
      await until('all devices to be up', isUp, { withinMs: 20_000 })
      for (const it of fed) building.break(it, 'power')
      const reasons = () => of('fault').filter((it) => it.event.cause === 'edge-2' && it.event.kind === 'suspected')
      const named = () => reasons().find((it) => it.event.reason.en.includes('may have stopped feeding them'))
      const fault = await until('the fault to name PoE', named, { withinMs: 30_000 })
      expect(fault.event.reason.zh).toContain('停止了供电')
      for (const it of fed) building.heal(it)
      const last = () => of('fault').findLast((it) => it.event.cause === 'edge-2')?.event.event
      const isOver = () => polling().status().openFaults.length === 0 && last() === 'closed'
      await until('the end of all faults', isOver, { withinMs: 30_000 })
    }, 100_000)

    test('finds what says nothing of itself by the ARP table of a core switch', () => {
      const link = proposeLinks(toldOf(polled)).find((it) => it.device === 'door-1')
      expect(link?.by.map((it) => it.kind)).toEqual(expect.arrayContaining(['fdb', 'arp', 'poe']))
    })
  },
)
