import { once } from 'node:events'
import { Agent, AgentList, AuditList, Enrolment, EnrolmentCreated } from '@steward/shared/api'
import { Problem } from '@steward/shared/errors'
import { agentPaths, CheckResult, decodeEnrolmentToken, linkPaths } from '@steward/shared/wire'
import { Agent as Dispatcher, request } from 'undici'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { until } from '../until.ts'
import { type StartedHub, startHub } from './started-hub.ts'
import {
  enrolledAgent,
  enrolWith,
  makeEnrolment,
  newKey,
  openLink,
  post,
  proveKey,
  publicKeyOf,
  sendRaw,
  type WireAgent,
  type WireLink,
} from './wire-agent.ts'

let hub: StartedHub
let time = Date.now()
let sites = 0
const links: WireLink[] = []

beforeAll(async () => {
  hub = await startHub({ now: () => time })
  await hub.call('POST', 'apply', {
    customers: [
      { id: 'acme', name: 'Acme' },
      { id: 'other', name: 'Other' },
    ],
  })
})
afterEach(() => {
  for (const link of links.splice(0)) link.end()
})
afterAll(() => hub.stop())

async function newSite(customer = 'acme'): Promise<string> {
  sites += 1
  const id = `site-${sites}`
  const devices = [{ id: 'cam-1', address: '10.0.0.1', connections: [{ driver: 'tcp', port: 80 }] }]
  const answer = await hub.call('POST', 'apply', { sites: [{ id, name: `Site ${sites}`, customer, devices }] })
  expect(answer.status).toBe(200)
  return id
}

async function linked(agent: WireAgent, answers: Parameters<typeof openLink>[2] = {}): Promise<WireLink> {
  const link = await openLink(hub, agent, answers)
  links.push(link)
  return link
}

const code = (answer: { body: unknown }): string => Problem.parse(answer.body).code
const agentOf = async (id: string) => Agent.parse((await hub.call('GET', `agents/${id}`)).body)
const step = async (id: string) => Enrolment.parse((await hub.call('GET', `enrolments/${id}`)).body).state

describe('enrolment', () => {
  test('a token makes one agent; its steps can be watched', async () => {
    const site = await newSite()
    const enrolment = await makeEnrolment(hub, site)
    expect(enrolment.state).toBe('waiting')
    expect(enrolment.command).toContain(enrolment.token)
    const ticket = decodeEnrolmentToken(enrolment.token)
    expect(ticket).toMatchObject({ url: hub.url, expiresAt: time + 15 * 60_000 })
    expect(ticket?.ca).toMatch(/^[0-9a-f]{64}$/)
    const key = newKey()
    const enrolled = await enrolWith(hub, enrolment.token, key)
    expect(enrolled.body).toMatchObject({ site: { id: site, name: expect.any(String) } })
    expect(await step(enrolment.id)).toBe('enrolled')
    const agents = AgentList.parse((await hub.call('GET', 'agents')).body).items
    expect(agents.find((it) => it.site === site)).toMatchObject({ state: 'waiting', allow: ['10.0.0.0/8'] })

    expect(await enrolWith(hub, enrolment.token, key)).toEqual(enrolled)
    const other = await enrolWith(hub, enrolment.token, newKey())
    expect([other.status, code(other)]).toEqual([409, 'enrolment/token-used'])
  })

  test('the steps go on to connected and reading', async () => {
    const site = await newSite()
    const enrolment = await makeEnrolment(hub, site)
    const key = newKey()
    const { agentId } = (await enrolWith(hub, enrolment.token, key)).body as { agentId: string }
    const hubKey = decodeEnrolmentToken(enrolment.token)?.hubKey ?? ''
    const { token } = (await proveKey(hub, { agentId, key, hubKey })).body as { token: string }
    const agent = { id: agentId, site, key, hubKey, token, epoch: crypto.randomUUID(), seq: 1 }
    await linked(agent)
    await until('connected', async () => (await step(enrolment.id)) === 'connected', { withinMs: 5000, everyMs: 20 })
    await sendRaw(hub, agent, [{ type: 'samples', at: time, device: 'cam-1', values: { load: 1 } }], { sentAt: time })
    await until('reading', async () => (await step(enrolment.id)) === 'reading', { withinMs: 5000, everyMs: 20 })
  })

  test('an expired, withdrawn, mistyped or stolen token makes none', async () => {
    const site = await newSite()
    const late = await makeEnrolment(hub, site)
    time += 15 * 60_000
    const expired = await enrolWith(hub, late.token, newKey())
    expect([expired.status, code(expired)]).toEqual([410, 'enrolment/token-expired'])
    expect(await step(late.id)).toBe('expired')

    const taken = await makeEnrolment(hub, site)
    expect((await hub.call('DELETE', `enrolments/${taken.id}`)).status).toBe(200)
    const withdrawn = await enrolWith(hub, taken.token, newKey())
    expect([withdrawn.status, code(withdrawn)]).toEqual([401, 'enrolment/token-invalid'])

    const good = await makeEnrolment(hub, site)
    const mistyped = await enrolWith(hub, good.token, newKey(), { secret: 'A'.repeat(43) })
    expect(code(mistyped)).toBe('enrolment/token-invalid')
    const foreignKey = await enrolWith(hub, good.token, newKey(), { agentKey: publicKeyOf(newKey()) })
    expect(code(foreignKey)).toBe('enrolment/token-invalid')
    const odd = await enrolWith(hub, good.token, newKey(), { allow: ['everything'] })
    expect([odd.status, code(odd)]).toEqual([400, 'input/invalid'])
    expect(await step(good.id)).toBe('waiting')
  })

  test('a newer enrolment of a site takes the place of one that waits; two agents of a site are not called the same', async () => {
    const site = await newSite()
    const first = await makeEnrolment(hub, site)
    await makeEnrolment(hub, site)
    expect(await step(first.id)).toBe('withdrawn')
    await enrolledAgent(hub, site)
    await enrolledAgent(hub, site)
    const { items } = AgentList.parse((await hub.call('GET', 'agents')).body)
    const named = items.filter((it) => it.site === site).map((it) => it.name)
    expect(named.sort()).toEqual(['Agent', 'Agent 2'])
  })

  test('two machines with one token at the same moment: one of them is the agent', async () => {
    const site = await newSite()
    const { token } = await makeEnrolment(hub, site)
    const answers = await Promise.all([1, 2, 3, 4].map(() => enrolWith(hub, token, newKey())))
    expect(answers.map((it) => it.status).sort()).toEqual([200, 409, 409, 409])
  })
})

describe('proof of identity', () => {
  test('another key gets no token', async () => {
    const agent = await enrolledAgent(hub, await newSite())
    const stranger = await proveKey(hub, { agentId: agent.id, key: newKey(), hubKey: agent.hubKey })
    expect([stranger.status, code(stranger)]).toEqual([401, 'access/unauthenticated'])
    const unknown = await proveKey(hub, { agentId: 'nobody', key: agent.key, hubKey: agent.hubKey })
    expect(unknown.status).toBe(401)
  })

  test('a token ends after an hour, and one that was touched is none', async () => {
    const agent = await enrolledAgent(hub, await newSite())
    expect((await sendRaw(hub, agent, [], { sentAt: time })).status).toBe(200)
    const touched = await sendRaw(
      hub,
      { ...agent, token: agent.token.replace(/.$/, (it) => (it === 'A' ? 'B' : 'A')) },
      [],
    )
    expect(touched.status).toBe(401)
    expect((await sendRaw(hub, { ...agent, token: 'steward-agent-' }, [])).status).toBe(401)
    time += 3_600_000
    const late = await sendRaw(hub, agent, [])
    expect([late.status, code(late)]).toEqual([401, 'access/unauthenticated'])
  })

  test('without a token there is nothing', async () => {
    expect((await post(hub, agentPaths.batches, '{}')).status).toBe(401)
    await expect(
      openLink(hub, { id: 'x', site: 'x', key: newKey(), hubKey: '', token: 'x', epoch: '', seq: 1 }),
    ).rejects.toThrow('status 401')
  })
})

describe('the link', () => {
  test('gives the configuration at once, and anew when it changes', async () => {
    const site = await newSite()
    const agent = await enrolledAgent(hub, site)
    const link = await linked(agent)
    await until('a configuration', () => link.configs.length === 1, { withinMs: 5000, everyMs: 20 })
    expect(link.configs[0]).toMatchObject({ site: { id: site }, devices: [{ id: 'cam-1' }] })
    await hub.call('PUT', `sites/${site}/devices/cam-2`, { address: '10.0.0.2' })
    await until('the new device', () => link.configs.at(-1)?.devices.length === 2, { withinMs: 5000, everyMs: 20 })
    const told = await until(
      'its receipt',
      async () => {
        const { configRevision } = await agentOf(agent.id)
        return configRevision === link.configs.at(-1)?.revision && configRevision
      },
      { withinMs: 5000, everyMs: 20 },
    )
    expect(told).not.toBe(link.configs[0]?.revision)
    expect(await agentOf(agent.id)).toMatchObject({ state: 'connected', connectedSince: expect.any(String) })
  })

  test('what the agent finds wrong in its configuration can be read, until it is mended', async () => {
    const agent = await enrolledAgent(hub, await newSite())
    const problem = { item: 'devices/cam-1', code: 'config/address-not-allowed', message: 'outside' }
    let problems = [problem]
    const receipt = () => ({ status: 200, body: { revision: 'r', problems } })
    await linked(agent, { [linkPaths.config]: receipt })
    const shown = await until('the problem', async () => (await agentOf(agent.id)).problems[0], {
      withinMs: 5000,
      everyMs: 20,
    })
    expect(shown).toMatchObject({ device: 'cam-1', code: 'config/address-not-allowed', message: 'outside' })
    const device = await hub.call('GET', `devices/${agent.site}:cam-1`)
    expect(device.body).toMatchObject({ problems: [{ code: 'config/address-not-allowed' }] })
    problems = []
    await hub.call('PUT', `sites/${agent.site}/devices/cam-1`, { address: '10.0.0.3' })
    await until('no problem', async () => (await agentOf(agent.id)).problems.length === 0, {
      withinMs: 5000,
      everyMs: 20,
    })
  })

  test('carries questions and refusals', async () => {
    const agent = await enrolledAgent(hub, await newSite())
    const result = { device: 'cam-1', ok: true, message: 'answered', tookMs: 3, values: { load: 1 } }
    const problem = { type: 'x', title: 'x', status: 403, detail: 'Nobody may.', code: 'support/no-grant' }
    await linked(agent, {
      [linkPaths.check]: (body) => ({ status: 200, body: { ...result, device: JSON.parse(body).device } }),
      [linkPaths.grants]: () => ({ status: 403, body: problem }),
    })
    const checked = await hub.call('POST', `devices/${agent.site}:cam-1/check`)
    expect(CheckResult.parse(checked.body)).toEqual(result)
    const refused = await hub.call('GET', `sites/${agent.site}/grants`)
    expect([refused.status, Problem.parse(refused.body)]).toMatchObject([
      403,
      { code: 'support/no-grant', detail: 'Nobody may.' },
    ])
  })

  test('an agent that is away, or goes away in the middle, is one clear line', async () => {
    const agent = await enrolledAgent(hub, await newSite())
    const away = await hub.call('POST', `devices/${agent.site}:cam-1/check`)
    expect([away.status, code(away)]).toEqual([503, 'fleet/agent-away'])
    const link: WireLink = await linked(agent, {
      [linkPaths.check]: () => {
        link.socket.terminate()
        return { status: 200, body: {} }
      },
    })
    const broken = await hub.call('POST', `devices/${agent.site}:cam-1/check`)
    expect([broken.status, code(broken)]).toEqual([503, 'fleet/agent-away'])
  })

  test('a newer connection of an agent takes the place of the older', async () => {
    const agent = await enrolledAgent(hub, await newSite())
    const older = await linked(agent)
    await until('it to be up', () => older.configs.length === 1, { withinMs: 5000, everyMs: 20 })
    const newer = await linked(agent)
    expect(await older.closed).toEqual({ code: 4000, why: expect.stringContaining('newer') })
    await until('its configuration', () => newer.configs.length === 1, { withinMs: 5000, everyMs: 20 })
    expect(await agentOf(agent.id)).toMatchObject({ connectedSince: expect.any(String) })
  })

  test('a plain request, or a WebSocket without the protocol, is refused in words', async () => {
    const agent = await enrolledAgent(hub, await newSite())
    const headers = { authorization: `Bearer ${agent.token}` }
    const dispatcher = new Dispatcher({ connect: { ca: hub.ca } })
    const plain = await request(hub.url + agentPaths.link, { dispatcher, headers })
    expect([plain.statusCode, code({ body: await plain.body.json() })]).toEqual([400, 'input/invalid'])
    await dispatcher.destroy()
    const socket = new WebSocket(hub.url.replace('https:', 'wss:') + agentPaths.link, { ca: hub.ca, headers })
    const [asked, response] = await once(socket, 'unexpected-response')
    expect(response.statusCode).toBe(400)
    asked.destroy()
  })
})

test('a hub that stops says so, and takes its agents back when it is there again', async () => {
  const agent = await enrolledAgent(hub, await newSite())
  const link = await linked(agent)
  await until('it to be up', () => link.configs.length === 1, { withinMs: 5000, everyMs: 20 })
  await hub.restart()
  expect((await link.closed).code).toBe(1001)
  const again = await linked(agent)
  await until('its configuration', () => again.configs.length === 1, { withinMs: 5000, everyMs: 20 })
  const dispatcher = new Dispatcher({ connect: { ca: hub.ca } })
  const metrics = await (await request(`${hub.url}/metrics`, { dispatcher })).body.text()
  await dispatcher.destroy()
  expect(metrics).toMatch(/^steward_agents_connected 1$/m)
})

describe('revoking', () => {
  test('ends the connection at once and every right; the site may have another agent then', async () => {
    const site = await newSite()
    const agent = await enrolledAgent(hub, site)
    const link = await linked(agent)
    await until('it to be up', () => link.configs.length === 1, { withinMs: 5000, everyMs: 20 })
    expect((await hub.call('POST', `agents/${agent.id}/revoke`)).body).toMatchObject({ state: 'revoked' })
    expect((await link.closed).code).toBe(4001)
    const batch = await sendRaw(hub, agent, [])
    expect([batch.status, code(batch)]).toEqual([403, 'fleet/agent-revoked'])
    const token = await proveKey(hub, { agentId: agent.id, key: agent.key, hubKey: agent.hubKey })
    expect([token.status, code(token)]).toEqual([403, 'fleet/agent-revoked'])
    await expect(openLink(hub, agent)).rejects.toThrow('status 403')
    const next = await enrolledAgent(hub, site)
    expect(next.id).not.toBe(agent.id)
    const { items } = AuditList.parse((await hub.call('GET', `audit?site=${site}`)).body)
    expect(items.map((it) => it.action)).toEqual(
      expect.arrayContaining(['agent.enrol', 'agent.revoke', 'enrolment.make']),
    )
  })

  test('removing the site ends its agent', async () => {
    const site = await newSite()
    const agent = await enrolledAgent(hub, site)
    const link = await linked(agent)
    await hub.call('DELETE', `sites/${site}`)
    await link.closed
    expect((await sendRaw(hub, agent, [])).status).toBe(401)
  })
})

test('a customer sees its own agents only, and enrols none', async () => {
  const [own, foreign] = [await newSite('other'), await newSite('acme')]
  const agents = [await enrolledAgent(hub, own), await enrolledAgent(hub, foreign)]
  const { key } = await hub.newKey(['read'], 'other')
  const call = hub.callWith(key)
  const { items } = AgentList.parse((await call('GET', 'agents')).body)
  expect(items.map((it) => it.site)).toEqual([own])
  expect((await call('GET', `agents/${agents[1]?.id}`)).status).toBe(404)
  expect((await call('POST', `agents/${agents[0]?.id}/revoke`)).status).toBe(403)
  expect((await call('POST', 'enrolments', { site: own })).status).toBe(403)
  expect((await call('GET', `sites/${foreign}/grants`)).status).toBe(404)
})

test('an enrolment is made for a site that is there', async () => {
  const answer = await hub.call('POST', 'enrolments', { site: 'nowhere' })
  expect([answer.status, code(answer)]).toEqual([404, 'input/not-found'])
  expect(EnrolmentCreated.safeParse(answer.body).success).toBe(false)
})
