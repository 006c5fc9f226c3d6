import { Agent, AgentList, DeviceDetail, FaultList, SiteDetail } from '@steward/shared/api'
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
  annex = await enrolledAgent(hub, site)
  expect((await rename(annex.id, 'Annex')).status).toBe(200)
})

const rename = (agent: string, name: string) => hub.call('PATCH', `agents/${agent}`, { name })
const device = async (id: string) => DeviceDetail.parse((await hub.call('GET', `devices/${site}:${id}`)).body)
const openFaults = async () => FaultList.parse((await hub.call('GET', `faults?site=${site}&state=open`)).body).items
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

test('an agent that falls silent is one fault that names it, and only its devices are unknown', async () => {
  await send(hub, main, [state('core', 'up')])
  await send(hub, annex, [state('edge', 'up'), state('cam-1', 'up')])
  const began = time
  time += 40 * second
  await send(hub, main, [])
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

  await send(hub, annex, [state('cam-2', 'up', began)])
  expect((await openFaults()).map((it) => it.id)).toEqual([fault?.id])
  expect([(await device('core')).state, (await device('edge')).state]).toEqual(['unknown', 'up'])
  await send(hub, main, [])
  expect(await openFaults()).toEqual([])
  expect([(await device('core')).state, (await device('cam-1')).state]).toEqual(['up', 'up'])
})

test('devices of a revoked agent wait for one of its name, and fall to no other', async () => {
  await send(hub, main, [state('core', 'up')])
  await hub.call('POST', `agents/${main.id}/revoke`)
  await until('the switch to be unwatched', async () => (await device('core')).state === 'unknown', soon)
  expect((await device('core')).config.agent).toBe('Agent')
  expect(Object.keys(await configOf(annex))).not.toContain('core')
  const again = await enrolledAgent(hub, site)
  const { items } = AgentList.parse((await hub.call('GET', 'agents')).body)
  expect(Agent.parse(items.find((it) => it.id === again.id)).name).toBe('Agent')
  expect(Object.keys(await configOf(again))).toEqual(['core'])
})
