import {
  Agent,
  AgentList,
  DeviceDetail,
  type Fault,
  FaultDetail,
  FaultList,
  SiteAvailability,
  SiteDetail,
} from '@steward/shared/api'
import { AgentConfig, DeviceModel } from '@steward/shared/model'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { until } from '../until.ts'
import { type StartedHub, startHub } from './started-hub.ts'
import { enrolledAgent, openLink, send, type WireAgent } from './wire-agent.ts'

let hub: StartedHub
let time = Date.now()
let sites = 0
let site: string
let [main, annex]: [WireAgent, WireAgent] = [nobody(), nobody()]
const soon = { withinMs: 10_000, everyMs: 20 }
const second = 1000

beforeAll(async () => {
  hub = await startHub({ now: () => time })
  await hub.call('POST', 'apply', { customers: [{ id: 'acme', name: 'Acme' }] })
})
afterAll(() => hub.stop())

function nobody(): WireAgent {
  return Object.create(null)
}

/** The core switch is in the main building; in the annex two cameras behind an edge switch behind the core. */
beforeEach(async () => {
  sites += 1
  site = `tower-${sites}`
  const camera = (id: string) => ({
    id,
    kind: 'camera',
    address: '10.0.0.9',
    agent: 'Annex',
    needs: [['edge']],
    serves: [{ function: 'cctv/view' }],
  })
  const devices = [
    { id: 'core', kind: 'switch', address: '10.0.0.1' },
    { id: 'edge', kind: 'switch', address: '10.0.0.2', agent: 'Annex', needs: [['core']] },
    camera('cam-1'),
    camera('cam-2'),
    { ...camera('cam-3'), agent: 'Nobody’s' },
  ]
  const systems = [{ id: 'cctv', kind: 'cctv', functions: [{ id: 'view', essential: true, paralysedBelow: 0.5 }] }]
  const applied = await hub.call('POST', 'apply', {
    sites: [{ id: site, name: site, customer: 'acme', systems, devices }],
  })
  expect(applied.status, JSON.stringify(applied.body)).toBe(200)
  main = await enrolledAgent(hub, site)
  time += second
  annex = await enrolledAgent(hub, site)
  expect((await rename(annex.id, 'Annex')).status).toBe(200)
  time += second
})

const rename = (agent: string, name: string) => hub.call('PATCH', `agents/${agent}`, { name })
const device = async (id: string) => DeviceDetail.parse((await hub.call('GET', `devices/${site}:${id}`)).body)
const openFaults = async () => FaultList.parse((await hub.call('GET', `faults?site=${site}&state=open`)).body).items
const tell = (agent: WireAgent, records: readonly unknown[]) => send(hub, agent, records, { sentAt: time })
const state = (id: string, is: string, at = time) => ({
  type: 'state',
  at,
  device: id,
  state: is,
  reason: { zh: '见', en: 'seen' },
})

async function configOf(agent: WireAgent): Promise<Record<string, DeviceModel>> {
  const link = await openLink(hub, agent)
  try {
    await until('the configuration', () => link.configs.length > 0, soon)
    const config = AgentConfig.parse(link.configs.at(-1))
    return Object.fromEntries(config.devices.map((it) => DeviceModel.parse(it)).map((it) => [it.id, it]))
  } finally {
    link.end()
  }
}

test('each agent gets its own devices; what they need of another’s it is taken to have', async () => {
  const ofMain = await configOf(main)
  const ofAnnex = await configOf(annex)
  expect(Object.keys(ofMain)).toEqual(['core'])
  expect(Object.keys(ofAnnex).sort()).toEqual(['cam-1', 'cam-2', 'edge'])
  expect([ofAnnex.edge?.needs, ofAnnex['cam-1']?.needs]).toEqual([[], [['edge']]])
})

test('a renamed agent keeps its devices, and two are never called the same', async () => {
  expect((await rename(annex.id, 'Building B')).status).toBe(200)
  expect((await device('edge')).config.agent).toBe('Building B')
  expect(Object.keys(await configOf(annex))).toHaveLength(3)
  expect((await rename(main.id, 'Building B')).status).toBe(409)
})

test('many devices are given to an agent at once, and keep their history', async () => {
  await tell(annex, [state('cam-1', 'up')])
  const link = await openLink(hub, main)
  const give = { devices: ['cam-1', 'cam-3', 'core'], agent: 'Agent' }
  const given = await hub.call('POST', `sites/${site}/devices/bulk`, give)
  expect(given.body).toEqual({ changed: 3 })
  const devices = () => link.configs.at(-1)?.devices.length
  await until('the agent to get them', () => devices() === 3, soon)
  link.end()
  const { config, history, state: is } = await device('cam-1')
  expect([config.agent, is, history.length]).toEqual(['Agent', 'up', 1])
  const back = await hub.call('POST', `sites/${site}/devices/bulk`, { devices: ['core'], agent: null })
  expect(back.body).toEqual({ changed: 1 })
  expect((await device('core')).config.agent).toBeUndefined()
  expect((await hub.call('POST', `sites/${site}/devices/bulk`, { devices: ['core'] })).status).toBe(400)
})

test('an agent that falls silent is one fault that names it, and only its devices are unknown', async () => {
  await tell(main, [state('core', 'up')])
  await tell(annex, [state('edge', 'up'), state('cam-1', 'up')])
  const began = time
  time += 40 * second
  await tell(main, [])
  time += 30 * second
  await until('the silence to be found', async () => (await openFaults()).length > 0, soon)
  const [fault, ...others] = await openFaults()
  expect(others).toEqual([])
  expect(fault).toMatchObject({ kind: 'site-unreachable', level: 'L2' })
  expect(fault?.reason.en).toContain(`Annex (${annex.id}) is silent`)
  expect(fault?.reason.en).toContain('other agents (Agent) work')
  expect([(await device('core')).state, (await device('edge')).state]).toEqual(['up', 'unknown'])
  expect(SiteDetail.parse((await hub.call('GET', `sites/${site}`)).body).agent.state).toBe('silent')

  time += 60 * second
  await until(
    'all to be silent',
    async () => (await openFaults())[0]?.reason.en.startsWith('All agents') === true,
    soon,
  )
  expect((await openFaults()).map((it) => it.id)).toEqual([fault?.id])
  expect((await device('core')).state).toBe('unknown')

  await tell(annex, [state('cam-2', 'up', began)])
  expect((await openFaults()).map((it) => it.id)).toEqual([fault?.id])
  expect([(await device('core')).state, (await device('edge')).state]).toEqual(['unknown', 'up'])
  await tell(main, [])
  expect(await openFaults()).toEqual([])
  expect([(await device('core')).state, (await device('cam-1')).state]).toEqual(['up', 'up'])
})

test('devices of a revoked agent wait for one of its name, and fall to no other', async () => {
  await tell(main, [state('core', 'up')])
  await hub.call('POST', `agents/${main.id}/revoke`)
  await until('the switch to be unwatched', async () => (await device('core')).state === 'unknown', soon)
  expect((await device('core')).config.agent).toBe('Agent')
  expect(Object.keys(await configOf(annex))).not.toContain('core')
  const again = await enrolledAgent(hub, site)
  const { items } = AgentList.parse((await hub.call('GET', 'agents')).body)
  expect(Agent.parse(items.find((it) => it.id === again.id)).name).toBe('Agent')
  expect(Object.keys(await configOf(again))).toEqual(['core'])
})

const allFaults = async () => FaultList.parse((await hub.call('GET', `faults?site=${site}&state=all`)).body).items
const historyOf = async (fault: Fault | undefined) =>
  FaultDetail.parse((await hub.call('GET', `faults/${fault?.id}`)).body).history
/** in the site's time zone */
const monthOf = (at: number) => iso(at + 8 * 3600 * second).slice(0, 7)
const iso = (at: number) => new Date(at).toISOString()
/** default settings: 10 s between checks, 2 s to be sure, 1 s for an answer, 2 s on the way */
const gatherMs = 15 * second
const judged = (what: string, holds: (faults: Fault[]) => boolean) =>
  until(what, async () => holds(await openFaults()), soon)

test('cameras of one agent behind a switch of another are one fault, found by the hub, in whichever order it is told', async () => {
  await tell(main, [state('core', 'up')])
  await send(
    hub,
    annex,
    ['edge', 'cam-1', 'cam-2'].map((it) => state(it, 'up')),
  )
  const [fell, told] = [time + second, time + 9 * second]
  time += 10 * second
  await send(
    hub,
    annex,
    ['edge', 'cam-1', 'cam-2'].map((it) => state(it, 'down', fell)),
  )
  await tell(main, [state('core', 'down', told)])
  time = fell + gatherMs
  await judged('the outage', (it) => it.length > 0)
  const [fault, ...others] = await openFaults()
  expect(others).toEqual([])
  expect(fault).toMatchObject({ kind: 'down', level: 'L1', openedAt: iso(fell + gatherMs) })
  expect([fault?.device, fault?.affected]).toEqual(['core', ['cam-1', 'cam-2', 'cam-3', 'edge']])

  time += 60 * second
  await send(
    hub,
    annex,
    ['edge', 'cam-1', 'cam-2'].map((it) => state(it, 'up')),
  )
  await tell(main, [state('core', 'up')])
  await judged('the end', (it) => it.length === 0)
  expect(await allFaults()).toHaveLength(1)
})

test('what an agent tells an hour late is filed at its own time, as if it had been told at once', async () => {
  await tell(main, [state('core', 'up')])
  await send(
    hub,
    annex,
    ['edge', 'cam-1', 'cam-2'].map((it) => state(it, 'up')),
  )
  const start = time
  const [fell, mended] = [start + 10 * 60 * second, start + 20 * 60 * second]
  for (; time < start + 3000 * second; time += 600 * second) {
    await tell(main, time === fell ? [state('core', 'down')] : time === mended ? [state('core', 'up')] : [])
  }
  await until('the silence', async () => (await openFaults()).some((it) => it.kind === 'site-unreachable'), soon)
  const before = (await allFaults()).filter((it) => it.device !== null)
  expect(before.map((it) => [it.device, it.openedAt])).toEqual([['core', iso(fell + gatherMs)]])

  const late = ['edge', 'cam-1', 'cam-2']
  await tell(annex, [
    ...late.map((it) => state(it, 'down', fell + second)),
    ...late.map((it) => state(it, 'up', mended + 20 * second)),
    state('cam-1', 'down', start + 1800 * second),
    state('cam-1', 'up', start + 2400 * second),
  ])
  await until('all to be judged', async () => (await allFaults()).some((it) => it.device === 'cam-1'), soon)
  const after = (await allFaults()).filter((it) => it.device !== null)
  expect(after.map((it) => [it.device, it.openedAt, it.closedAt])).toEqual([
    ['cam-1', iso(start + 1800 * second + gatherMs), iso(start + 2400 * second)],
    ['core', iso(fell + gatherMs), iso(mended)],
  ])
  const history = await historyOf(after[1])
  expect(history.map((it) => [it.event, it.at])).toEqual([
    ['opened', iso(fell + gatherMs)],
    ['closed', iso(mended)],
  ])
  await tell(main, [])
  await judged('nothing to be left', (it) => it.length === 0)
  const asked = [...new Set([monthOf(start), monthOf(time)])]
  const months = await Promise.all(asked.map((it) => hub.call('GET', `sites/${site}/availability?month=${it}`)))
  const shares = months.flatMap((it) => SiteAvailability.parse(it.body).devices)
  const downOf = (id: string) => shares.filter((it) => it.id === id).reduce((sum, it) => sum + it.whole.downMs, 0)
  // What the agent was away for counts as it was, to the second.
  expect([downOf('cam-1'), downOf('cam-2'), downOf('core')]).toEqual([1219, 619, 600].map((it) => it * second))
})

test('a fault that the first agent told stays the same one when a second agent comes, and the hub ends it', async () => {
  await hub.call('POST', `agents/${annex.id}/revoke`)
  const alone = `${site}-alone`
  const systems = [{ id: 'cctv', kind: 'cctv', functions: [{ id: 'view', essential: true, paralysedBelow: 0.5 }] }]
  const devices = [{ id: 'core', kind: 'switch', address: '10.0.0.1' }]
  await hub.call('POST', 'apply', { sites: [{ id: alone, name: alone, customer: 'acme', systems, devices }] })
  site = alone
  const first = await enrolledAgent(hub, alone)
  const event = {
    at: time,
    fault: `core@${iso(time).replace(/[-:]/g, '')}`,
    event: 'opened',
    cause: 'core',
    kind: 'down',
    level: 'L4',
    affected: [],
    functions: {},
    incident: null,
    reason: { zh: '核心中断', en: 'core is down' },
  }
  await tell(first, [state('core', 'down'), { type: 'fault', at: time, event }])
  const [opened] = await openFaults()
  time += 5 * second
  await enrolledAgent(hub, alone)
  time += 60 * second
  await tell(first, [])
  expect((await openFaults()).map((it) => [it.id, it.openedAt])).toEqual([[opened?.id, opened?.openedAt]])
  // What its agent makes of it is not asked any more.
  await tell(first, [{ type: 'fault', at: time, event: { ...event, at: time, event: 'closed' } }])
  expect(await openFaults()).toHaveLength(1)
  await tell(first, [state('core', 'up')])
  await judged('the end', (it) => it.length === 0)
})

test('ends in sight and limits crossed are judged at the hub as well, and end with their agent', async () => {
  const mark = (input: object) => ({ type: 'mark', at: time, input })
  const reason = { zh: '电池供电', en: 'it runs on battery' }
  await tell(main, [
    state('core', 'up'),
    mark({ device: 'core', imminent: 'ups-on-battery', value: true, reason }),
    mark({ device: 'nobody', unmanageable: true }),
  ])
  await tell(annex, [
    state('cam-1', 'up'),
    mark({ device: 'cam-1', degraded: 'loss', value: true, direct: true, reason }),
  ])
  await judged('both', (it) => it.length === 2)
  const kinds = async () => (await openFaults()).map((it) => `${it.device} ${it.kind} ${it.level}`).sort()
  // All cameras of both buildings hang on the core.
  expect(await kinds()).toEqual(['cam-1 degraded L3', 'core imminent L2'])
  await tell(annex, [mark({ device: 'cam-1', degraded: 'loss', value: false })])
  await judged('one', (it) => it.length === 1)
  await hub.call('POST', `agents/${main.id}/revoke`)
  await judged('none', (it) => it.length === 0)
})

test('a site that restarts with its hub is judged on, from what was filed', async () => {
  await tell(main, [state('core', 'down')])
  const at = time
  time += gatherMs
  await hub.restart()
  await judged('the fault', (it) => it.length === 1)
  expect((await openFaults())[0]?.openedAt).toBe(iso(at + gatherMs))
})
