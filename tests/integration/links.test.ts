import { SiteInput, SiteLinks } from '@steward/shared/api'
import { DeviceModel } from '@steward/shared/model'
import { TopologyFindings } from '@steward/shared/topology'
import { TokenResponse } from '@steward/shared/wire'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { until } from '../until.ts'
import { type StartedHub, startHub } from './started-hub.ts'
import { enrolledAgent, proveKey, send, type WireAgent } from './wire-agent.ts'

const hour = 3_600_000
const start = Date.now()
let now = start
let hub: StartedHub
let agent: WireAgent

const mac = (n: number): string => `02:00:00:00:00:0${n}`
const numbers: Record<string, number> = { core: 1, 'edge-1': 2, 'edge-2': 3, 'cam-1': 4, 'cam-2': 5 }
const lldp = (port: string, name: string, remotePort: string) => ({
  by: 'lldp',
  port,
  chassis: mac(numbers[name] ?? 9),
  remotePort,
  name,
  isBridge: true,
})
const behind = (port: string, ...ids: string[]) => ({
  port,
  count: ids.length,
  macs: ids.map((it) => mac(numbers[it] ?? 9)),
})
const told = (device: string, findings: object) => ({
  type: 'topology',
  at: now,
  device,
  findings: TopologyFindings.parse({ macs: [mac(numbers[device] ?? 9)], gateway: '10.0.0.1', ...findings }),
})
const core = (...more: object[]) =>
  told('core', { neighbours: [lldp('1', 'edge-1', '9'), lldp('2', 'edge-2', '9'), ...more] })
const edge = (n: number, ...ports: object[]) =>
  told(`edge-${n}`, { neighbours: [lldp('9', 'core', String(n))], forwarding: ports })

const links = async (query = ''): Promise<SiteLinks> => {
  const answer = await hub.call('GET', `sites/tower/links${query}`)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return SiteLinks.parse(answer.body)
}
const linkOf = async (device: string) => (await links()).items.find((it) => it.device === device)
const needsOf = async (device: string) => {
  const answer = await hub.call('GET', `devices/tower:${device}`)
  return z.object({ config: DeviceModel }).parse(answer.body).config.needs
}
const decide = async (decision: string, ...devices: string[]) => {
  const answer = await hub.call('POST', 'sites/tower/links', { decision, devices })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
}
const tell = async (...records: object[]) => {
  const receipt = await send(hub, agent, records, { sentAt: now })
  expect(receipt.rejected).toEqual([])
}
/** A token lasts an hour. */
const goOn = async (hours: number) => {
  now = start + hours * hour
  const proved = await proveKey(hub, { agentId: agent.id, key: agent.key, hubKey: agent.hubKey })
  agent.token = TokenResponse.parse(proved.body).token
}
const eventually = <T>(what: string, ask: () => Promise<T | undefined | false>) =>
  until(what, ask, { withinMs: 15_000 })

beforeAll(async () => {
  hub = await startHub({ now: () => now })
  const device = (id: string, kind: string, needs: string[][] = []) => ({
    id,
    kind,
    address: `10.0.0.${numbers[id]}`,
    needs,
  })
  const site = SiteInput.parse({ id: 'tower', name: 'Tower', customer: 'acme' })
  const devices = [
    device('core', 'switch'),
    device('edge-1', 'switch'),
    device('edge-2', 'switch'),
    device('ups', 'ups'),
    device('cam-1', 'camera', [['ups']]),
    device('cam-2', 'camera', [['edge-1']]),
  ]
  const answer = await hub.call('POST', 'apply', {
    customers: [{ id: 'acme', name: 'Acme' }],
    sites: [{ ...site, devices: devices.map((it) => (it.id === 'ups' ? { ...it, address: '10.0.0.9' } : it)) }],
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  agent = await enrolledAgent(hub, 'tower')
  const identity = (id: string) => ({
    type: 'identity',
    at: now,
    device: id,
    identity: {
      mac: mac(numbers[id] ?? 9)
        .toUpperCase()
        .replaceAll(':', '-'),
    },
  })
  await tell(core(), edge(1, behind('3', 'cam-1')), edge(2, behind('4', 'cam-2')), identity('cam-1'), identity('cam-2'))
  await eventually('links', () => linkOf('cam-2'))
})
afterAll(() => hub.stop())

test('what devices tell becomes links with their evidence and age, beside what is stated', async () => {
  const found = await links()
  expect(found.items.map((it) => [it.device, it.state, it.needs])).toEqual([
    ['cam-1', 'proposed', [['edge-1']]],
    ['cam-2', 'differs', [['edge-2']]],
    ['edge-1', 'proposed', [['core']]],
    ['edge-2', 'proposed', [['core']]],
  ])
  const camera = await linkOf('cam-1')
  expect(camera?.places).toEqual([{ to: 'edge-1', port: '3' }])
  expect(camera?.lastSeen).toBe(new Date(start).toISOString())
  expect(camera?.by[0]?.text.zh).toContain('edge-1 的端口 3')
  expect(found.changes).toEqual([])
  expect((await links('?device=cam-1')).items.map((it) => it.device)).toEqual(['cam-1'])
  expect((await links('?undecided=true')).items).toHaveLength(4)
})

test('confirmed, a link is needed; what is no switch stays, and setting it back restores what was', async () => {
  await decide('confirm', 'cam-1', 'cam-2', 'edge-1')
  expect(await needsOf('cam-1')).toEqual([['edge-1'], ['ups']])
  expect(await needsOf('cam-2')).toEqual([['edge-2']])
  expect((await linkOf('cam-1'))?.state).toBe('confirmed')
  const left = await links('?undecided=true')
  expect([left.items.map((it) => it.device), left.total]).toEqual([['edge-2'], 4])
  expect((await linkOf('cam-1'))?.decided?.at).toBe(new Date(now).toISOString())
  await decide('reset', 'cam-1', 'cam-2', 'edge-1')
  expect(await needsOf('cam-1')).toEqual([['ups']])
  expect(await needsOf('cam-2')).toEqual([['edge-1']])
  expect((await linkOf('cam-2'))?.state).toBe('differs')
})

test('overruled, the inventory stays, until something else is learned', async () => {
  await decide('overrule', 'cam-2')
  expect(await needsOf('cam-2')).toEqual([['edge-1']])
  expect((await linkOf('cam-2'))?.state).toBe('overruled')
  const answer = await hub.call('POST', 'sites/tower/links', { decision: 'overrule', devices: ['ups'] })
  expect(answer.status).toBe(404)
})

test('a camera that moves, a strange switch and a link that is gone are changes, once each', async () => {
  await goOn(2)
  const stranger = { ...lldp('7', 'guest', '1'), chassis: 'ff:00:00:00:00:01' }
  await tell(core(stranger), edge(1, behind('3', 'cam-1'), behind('6', 'cam-2')), edge(2))
  await eventually('the move', async () => (await links()).changes.length >= 2)
  const changes = (await links()).changes
  expect(changes.map((it) => [it.device, it.kind]).sort()).toEqual([
    ['cam-2', 'moved'],
    ['core', 'new-neighbour'],
  ])
  expect(changes.find((it) => it.kind === 'new-neighbour')?.text.zh).toContain('guest')
  expect(changes.find((it) => it.kind === 'moved')?.text.en).toBe(
    'cam-2 has moved from edge-2 port 4 to edge-1 port 6.',
  )
  expect((await linkOf('cam-2'))?.state).toBe('stated')
  // What is as it was is as old as when it was seen last.
  expect((await linkOf('cam-1'))?.lastSeen).toBe(new Date(now).toISOString())
  expect((await linkOf('cam-1'))?.firstSeen).toBe(new Date(start).toISOString())

  await goOn(27)
  await tell(core(stranger), edge(1, behind('3', 'cam-1')), edge(2))
  await eventually('the end of the link', async () => (await links()).changes.some((it) => it.kind === 'link-gone'))
  expect(await linkOf('cam-2')).toBeUndefined()
  expect((await links()).changes.length).toBe(3)
  const audit = z.object({ items: z.array(z.object({ action: z.string(), target: z.string() })) })
  const { items } = audit.parse((await hub.call('GET', 'audit')).body)
  expect(items.filter((it) => it.action.startsWith('topology.')).map((it) => it.action)).toEqual(
    expect.arrayContaining(['topology.moved', 'topology.new-neighbour', 'topology.link-gone', 'topology.confirm']),
  )
})

test('a device that was removed takes with it what was learned of it and said', async () => {
  await decide('overrule', 'cam-1')
  const before = (await links()).total
  const config = { kind: 'camera', address: '10.0.0.4' }
  expect((await hub.call('DELETE', 'sites/tower/devices/cam-1')).status).toBe(200)
  await eventually('the link to be forgotten', async () => (await links()).total < before)
  const identity = { type: 'identity', at: now, device: 'cam-1', identity: { mac: mac(4) } }
  expect((await hub.call('PUT', 'sites/tower/devices/cam-1', config)).status).toBe(200)
  await tell(identity, edge(1, behind('3', 'cam-1')))
  await eventually('the link to be back', async () => (await linkOf('cam-1'))?.state === 'proposed')
})

test('while a device is down, nobody can tell that its link is gone', async () => {
  await goOn(54)
  const reason = { zh: '无应答', en: 'no answer' }
  await tell({ type: 'state', at: now, device: 'cam-1', state: 'down', reason })
  await tell(core(), edge(1), edge(2))
  await eventually('the strange switch to be gone', async () =>
    (await links()).changes.some((it) => it.kind === 'neighbour-gone'),
  )
  expect((await linkOf('cam-1'))?.needs).toEqual([['edge-1']])
})
