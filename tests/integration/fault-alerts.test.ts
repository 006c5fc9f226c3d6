import { DeliveryList, FaultDetail } from '@steward/shared/api'
import type { FaultEvent } from '@steward/shared/diagnosis'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { httpReceiver, type Receiver } from '../contract/alert-receivers.ts'
import { until } from '../until.ts'
import { type StartedHub, startHub } from './started-hub.ts'
import { enrolledAgent, send, type WireAgent } from './wire-agent.ts'

const Told = z.object({
  id: z.string(),
  event: z.string(),
  title: z.string(),
  level: z.string(),
  fault: z.string(),
  devices: z.array(z.object({ id: z.string() })),
  affected: z.int(),
})
type Told = z.infer<typeof Told>

let hub: StartedHub
let agent: WireAgent
let site: string
let sites = 0
let receiver: Receiver

beforeAll(async () => {
  hub = await startHub()
})
afterAll(() => hub.stop())

beforeEach(async () => {
  sites += 1
  site = `tower-${sites}`
  receiver = await httpReceiver({ behaves: 'accepts' })
  const devices = ['core-1', 'core-2', 'cam-01', 'cam-02'].map((id) => ({ id, name: `Device ${id}` }))
  const answer = await hub.call('POST', 'apply', {
    customers: [{ id: 'acme', name: 'Acme' }],
    sites: [{ id: site, name: `Tower ${sites}`, customer: 'acme', devices }],
  })
  expect(answer.status).toBe(200)
  agent = await enrolledAgent(hub, site)
})
afterEach(() => receiver.close())

async function addRecipient(name: string, over: object = {}): Promise<void> {
  const target = { channel: 'webhook', url: `http://127.0.0.1:${receiver.port}/${name}` }
  const body = { name: `${site} ${name}`, target, sites: [site], language: 'en', ...over }
  expect((await hub.call('POST', 'alerts/recipients', body)).status).toBe(200)
}

/** What a recipient got, oldest first. */
function got(name: string): Told[] {
  return receiver.received.filter((it) => it.path === `/${name}`).map((it) => Told.parse(JSON.parse(it.body)))
}

const lines = (name: string): string[] =>
  got(name).map((it) => `${it.event} ${it.level} ${it.devices.map((d) => d.id).join('+')}`)

async function told(name: string, expected: string[]): Promise<void> {
  await until(`${expected.join(', ')} (${lines(name).join(', ')})`, () => lines(name).length >= expected.length, {
    withinMs: 10_000,
    everyMs: 20,
  })
  expect(lines(name)).toEqual(expected)
}

function event(cause: string, what: FaultEvent['event'], over: Partial<FaultEvent> = {}): object {
  const reason = { zh: '原因', en: 'Why.' }
  const rest = { kind: 'down', level: 'L3', affected: [], functions: {}, incident: null, reason }
  return {
    type: 'fault',
    at: Date.now(),
    event: { at: Date.now(), fault: `f-${cause}`, event: what, cause, ...rest, ...over },
  }
}

test('opens, rises, closes: told once each, also when batches come again', async () => {
  await addRecipient('all')
  await addRecipient('bad-only', { minLevel: 'L2' })
  await send(hub, agent, [event('cam-01', 'opened')], { seq: 1 })
  await told('all', ['opened L3 cam-01'])
  await send(hub, agent, [event('cam-01', 'opened')], { seq: 1 })
  await send(hub, agent, [event('cam-01', 'changed', { level: 'L2' })], { seq: 2 })
  await told('all', ['opened L3 cam-01', 'raised L2 cam-01'])
  await send(hub, agent, [event('cam-01', 'changed', { level: 'L4' })], { seq: 3 })
  await send(hub, agent, [event('cam-01', 'closed', { level: 'L4' })], { seq: 4 })
  await told('all', ['opened L3 cam-01', 'raised L2 cam-01', 'closed L4 cam-01'])
  await told('bad-only', ['raised L2 cam-01', 'closed L4 cam-01'])
  const id = got('all')[0]?.fault ?? ''
  const alerted = async () => {
    const { history } = FaultDetail.parse((await hub.call('GET', `faults/${id}`)).body)
    return history.filter((it) => it.event === 'alerted').map((it) => `${it.by} ${it.note}`)
  }
  const all = `${site} all webhook`
  const badOnly = `${site} bad-only webhook`
  await expect.poll(async () => (await alerted()).sort()).toEqual([all, all, all, badOnly, badOnly].sort())
})

test('both core switches: one page for the incident, with everything behind it, and one closing', async () => {
  await addRecipient('duty', { minLevel: 'L1' })
  await addRecipient('all')
  await send(hub, agent, [event('core-1', 'opened', { level: 'L2' })])
  await told('all', ['opened L2 core-1'])
  const affected = ['cam-01', 'cam-02']
  const l1 = { level: 'L1', incident: 'f-core-1', affected } as const
  await send(hub, agent, [event('core-1', 'changed', l1), event('core-2', 'opened', l1)])
  await told('duty', ['opened L1 core-1+core-2'])
  expect(got('duty')[0]).toMatchObject({ affected: 2, title: expect.stringContaining('Device core-1 and 1 more') })
  await told('all', ['opened L2 core-1', 'opened L1 core-1+core-2'])
  await send(hub, agent, [event('core-1', 'changed', { level: 'L2' }), event('core-2', 'closed', { level: 'L1' })])
  await told('duty', ['opened L1 core-1+core-2', 'closed L1 core-1+core-2'])
  await send(hub, agent, [event('core-1', 'closed', { level: 'L2' })])
  await told('all', ['opened L2 core-1', 'opened L1 core-1+core-2', 'closed L1 core-1+core-2', 'closed L2 core-1'])
  await told('duty', ['opened L1 core-1+core-2', 'closed L1 core-1+core-2', 'closed L2 core-1'])
})

test('a level set by hand is told as one that was judged: a rise to L1 is a page, and ends with the fault', async () => {
  await addRecipient('duty', { minLevel: 'L1' })
  await addRecipient('all')
  await send(hub, agent, [event('cam-01', 'opened')])
  await told('all', ['opened L3 cam-01'])
  const id = got('all')[0]?.fault ?? ''
  const set = await hub.call('PUT', `faults/${id}/level`, { level: 'L1', reason: 'the only camera at the till' })
  expect(set.status, JSON.stringify(set.body)).toBe(200)
  await told('duty', ['raised L1 cam-01'])
  expect(receiver.received.find((it) => it.path === '/duty')?.body).toContain(
    '(judged L3): the only camera at the till',
  )
  await send(hub, agent, [event('cam-01', 'closed')])
  await told('all', ['opened L3 cam-01', 'raised L1 cam-01', 'closed L1 cam-01'])
})

test('under maintenance nobody is told', async () => {
  await addRecipient('all')
  const from = new Date(Date.now() - 60_000).toISOString()
  const to = new Date(Date.now() + 3_600_000).toISOString()
  await hub.call('POST', `sites/${site}/maintenance`, { devices: ['cam-01'], from, to, reason: 'cleaning' })
  await send(hub, agent, [event('cam-01', 'opened'), event('cam-02', 'opened')])
  await told('all', ['opened L3 cam-02'])
  await send(hub, agent, [event('cam-01', 'closed'), event('cam-02', 'closed')])
  await told('all', ['opened L3 cam-02', 'closed L3 cam-02'])
})

test('a hub that stops with alerts undelivered sends them after its next start, once and in order', async () => {
  await addRecipient('all')
  const { port } = receiver
  await receiver.close()
  await send(hub, agent, [event('cam-01', 'opened')])
  const log = async () => DeliveryList.parse((await hub.call('GET', 'alerts/deliveries?limit=1')).body).items[0]
  await until('a failed attempt', async () => (await log())?.error !== null && ((await log())?.attempts ?? 0) > 0, {
    withinMs: 10_000,
  })
  await send(hub, agent, [event('cam-01', 'closed')])
  receiver = await httpReceiver({ behaves: 'accepts' }, port)
  await hub.restart()
  await told('all', ['opened L3 cam-01', 'closed L3 cam-01'])
  expect(new Set(got('all').map((it) => it.id)).size).toBe(2)
})
