import { FaultList, MaintenanceEntry, Silence, SilenceList } from '@steward/shared/api'
import type { FaultEvent } from '@steward/shared/diagnosis'
import { MaintenanceWindow } from '@steward/shared/model'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { httpReceiver, type Receiver } from '../contract/alert-receivers.ts'
import { until } from '../until.ts'
import { type Answer, type StartedHub, startHub } from './started-hub.ts'
import { enrolledAgent, send, type WireAgent } from './wire-agent.ts'

const Told = z.object({ event: z.string(), level: z.string(), devices: z.array(z.object({ id: z.string() })) })
const hourMs = 3_600_000

let hub: StartedHub
let agent: WireAgent
let receiver: Receiver
let site: string
let sites = 0
let recipientId: string
let aheadMs = 0

const now = (): number => Date.now() + aheadMs
const at = (ms: number): string => new Date(now() + ms).toISOString()

beforeAll(async () => {
  hub = await startHub({ now })
})
afterAll(() => hub.stop())

beforeEach(async () => {
  sites += 1
  site = `tower-${sites}`
  const systems = ['cctv', 'access'].map((id) => ({ id, kind: id, functions: [{ id: 'view' }] }))
  const serves = [{ function: 'cctv/view' }]
  const devices = ['core-1', 'core-2', 'cam-01', 'cam-02'].map((id) => ({
    id,
    name: id,
    serves: id.startsWith('cam') ? serves : [],
  }))
  const answer = await hub.call('POST', 'apply', {
    customers: [{ id: 'acme', name: 'Acme' }],
    sites: [{ id: site, name: `Tower ${sites}`, customer: 'acme', timezone: 'UTC', systems, devices }],
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  agent = await enrolledAgent(hub, site)
  receiver = await httpReceiver({ behaves: 'accepts' })
  const target = { channel: 'webhook', url: `http://127.0.0.1:${receiver.port}/` }
  const recipient = { name: site, target, sites: [site], language: 'en' }
  recipientId = z.object({ id: z.string() }).parse((await hub.call('POST', 'alerts/recipients', recipient)).body).id
})
afterEach(async () => {
  await hub.call('DELETE', `alerts/recipients/${recipientId}`)
  await receiver.close()
})

const lines = (): string[] =>
  receiver.received
    .map((it) => Told.parse(JSON.parse(it.body)))
    .map((it) => `${it.event} ${it.level} ${it.devices.map((d) => d.id).join('+')}`)

async function told(expected: string[]): Promise<void> {
  await until(`${expected.join(', ')} (${lines().join(', ')})`, () => lines().length >= expected.length, {
    withinMs: 10_000,
    everyMs: 20,
  })
  expect(lines()).toEqual(expected)
}

function event(cause: string, what: FaultEvent['event'], over: Partial<FaultEvent> = {}): object {
  const reason = { zh: '原因', en: 'Why.' }
  const rest = { kind: 'down', level: 'L3', affected: [], functions: {}, incident: null, reason }
  return { type: 'fault', at: now(), event: { at: now(), fault: `f-${cause}`, event: what, cause, ...rest, ...over } }
}

async function silence(scope: object, over: object = {}): Promise<Silence> {
  const answer = await hub.call('POST', 'silences', { scope, to: at(hourMs), reason: 'known', ...over })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return Silence.parse(answer.body)
}

const device = (id: string) => ({ kind: 'device', site, device: id })

async function silenced(): Promise<(string | null)[]> {
  const { items } = FaultList.parse((await hub.call('GET', `faults?site=${site}`)).body)
  return items.map((it) => (it.silenced === null ? null : it.device)).sort()
}

function refused(answer: Answer, status: number, line: RegExp): void {
  expect(answer).toMatchObject({ status, body: { detail: expect.stringMatching(line) } })
}

test('a fault opens under a silence, is shown with it, and is told once when the silence is ended', async () => {
  const { id } = await silence(device('cam-01'))
  await send(hub, agent, [event('cam-01', 'opened'), event('cam-02', 'opened')])
  await told(['opened L3 cam-02'])
  const { items } = FaultList.parse((await hub.call('GET', `faults?site=${site}&device=cam-01`)).body)
  expect(items[0]?.silenced).toMatchObject({ reason: 'known' })
  expect(await silenced()).toEqual(['cam-01', null])
  await send(hub, agent, [event('cam-02', 'closed')])
  await told(['opened L3 cam-02', 'closed L3 cam-02'])
  expect((await hub.call('POST', `silences/${id}/end`)).status).toBe(200)
  await told(['opened L3 cam-02', 'closed L3 cam-02', 'opened L3 cam-01'])
  expect(await silenced()).toEqual([null])
  refused(await hub.call('POST', `silences/${id}/end`), 409, /is over/)
  await send(hub, agent, [event('cam-01', 'closed')])
  await told(['opened L3 cam-02', 'closed L3 cam-02', 'opened L3 cam-01', 'closed L3 cam-01'])
})

test('a silence that runs out tells what is still open, once, and nothing of what came and went', async () => {
  await silence({ kind: 'site', site }, { to: at(1500) })
  await send(hub, agent, [event('cam-01', 'opened'), event('cam-02', 'opened')])
  await send(hub, agent, [event('cam-02', 'closed')])
  expect(await silenced()).toEqual(['cam-01'])
  await expect.poll(silenced, { timeout: 5000 }).toEqual([null])
  // Any change makes the hub look; it would by itself within 15 s.
  await send(hub, agent, [event('core-1', 'opened')])
  await told(['opened L3 cam-01', 'opened L3 core-1'])
})

test('a system and levels: what concerns another system, or is worse, is told', async () => {
  await silence({ kind: 'system', site, system: 'cctv' }, { levels: ['L3', 'L4'] })
  const both = { functions: { 'cctv/view': 0.5, 'access/view': 0.5 } }
  await send(hub, agent, [event('cam-01', 'opened'), event('core-1', 'opened', both)])
  await told(['opened L3 core-1'])
  await send(hub, agent, [event('cam-01', 'changed', { level: 'L2' })])
  await told(['opened L3 core-1', 'opened L2 cam-01'])
})

test('a page comes as soon as one fault of its incident is not silenced', async () => {
  const first = await silence(device('core-1'))
  const second = await silence(device('core-2'))
  const l1 = { level: 'L1', incident: 'f-core-1' } as const
  await send(hub, agent, [event('core-1', 'opened', l1), event('core-2', 'opened', l1), event('cam-01', 'opened')])
  await told(['opened L3 cam-01'])
  expect(await silenced()).toEqual(['core-1', 'core-2', null])
  await hub.call('POST', `silences/${second.id}/end`)
  await told(['opened L3 cam-01', 'opened L1 core-1+core-2'])
  // Nobody is told that one half of it is silent, since all of it was told.
  expect(await silenced()).toEqual([null, null, null])
  await hub.call('POST', `silences/${first.id}/end`)
  await send(hub, agent, [event('cam-01', 'closed')])
  await told(['opened L3 cam-01', 'opened L1 core-1+core-2', 'closed L3 cam-01'])
})

test('a silence is changed, listed and written down; a wrong one is refused', async () => {
  const made = await silence(device('cam-01'), { from: at(hourMs), to: at(2 * hourMs) })
  expect(made).toMatchObject({ name: 'cam-01', scope: device('cam-01'), levels: [], reason: 'known' })
  const changed = { scope: { kind: 'site', site }, to: at(3 * hourMs), reason: 'all of it' }
  const answer = await hub.call('PUT', `silences/${made.id}`, changed)
  expect(Silence.parse(answer.body)).toMatchObject({ id: made.id, name: `Tower ${sites}`, reason: 'all of it' })
  await send(hub, agent, [event('cam-02', 'opened')])
  expect(await silenced()).toEqual(['cam-02'])
  const listed = async () => {
    const { items } = SilenceList.parse((await hub.call('GET', `silences?site=${site}`)).body)
    return items.map((it) => it.name)
  }
  expect(await listed()).toEqual([`Tower ${sites}`])
  await hub.call('POST', `silences/${made.id}/end`)
  const audit = JSON.stringify((await hub.call('GET', `audit?site=${site}`)).body)
  for (const action of ['silence.create', 'silence.change', 'silence.end']) expect(audit).toContain(action)
  const ask = (scope: object, to = at(hourMs)) => hub.call('POST', 'silences', { scope, to })
  refused(await ask(device('gone')), 400, /"gone" is no device/)
  refused(await ask({ kind: 'system', site, system: 'gone' }), 400, /"gone" is no system/)
  refused(await ask({ kind: 'site', site: 'gone' }), 404, /no site "gone"/)
  refused(await ask({ kind: 'customer', customer: 'gone' }), 404, /no customer "gone"/)
  refused(await ask({ kind: 'site', site }, at(-1000)), 400, /^to: /)
  refused(await ask({ kind: 'site', site }, at(400 * 24 * hourMs)), 400, /within a year/)
})

test('a window that recurs begins: nobody is told until it ends, and then once of what is still open', async () => {
  const begins = Math.ceil(now() / 60_000) * 60_000 + 60_000
  const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 16)
  const days = [1, 2, 3, 4, 5, 6, 7]
  const repeats = { every: 'week', days, fromTime: clock(begins), toTime: clock(begins + 3 * hourMs) }
  const made = await hub.call('POST', `sites/${site}/maintenance`, { repeats, reason: 'every night' })
  const { id } = MaintenanceWindow.parse(made.body)
  await send(hub, agent, [event('core-1', 'opened')])
  await told(['opened L3 core-1'])
  await send(hub, agent, [event('core-1', 'closed')])
  await told(['opened L3 core-1', 'closed L3 core-1'])
  aheadMs += begins - now()
  await send(hub, agent, [event('cam-01', 'opened'), event('cam-02', 'opened')])
  await send(hub, agent, [event('cam-02', 'closed')])
  const { items } = FaultList.parse((await hub.call('GET', `faults?site=${site}`)).body)
  expect(items.map((it) => [it.device, it.maintenance])).toEqual([['cam-01', true]])
  const ended = await hub.call('POST', `sites/${site}/maintenance/${id}/end`)
  expect(MaintenanceEntry.partial().parse(ended.body).cuts).toHaveLength(1)
  await told(['opened L3 core-1', 'closed L3 core-1', 'opened L3 cam-01'])
})

test('a silence that recurs holds back alerts in its hours, and ends for this time or for good', async () => {
  const begins = Math.ceil(now() / 60_000) * 60_000 + 60_000
  const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 16)
  const days = [1, 2, 3, 4, 5, 6, 7]
  const repeats = { every: 'week', days, fromTime: clock(begins), toTime: clock(begins + 3 * hourMs) }
  const asked = { scope: { kind: 'site', site }, repeats, reason: 'every night' }
  refused(await hub.call('POST', 'silences', { ...asked, to: at(hourMs) }), 400, /either to, or repeats/)
  refused(await hub.call('POST', 'silences', { ...asked, repeats: { ...repeats, until: at(-1000) } }), 400, /the past/)
  const made = Silence.parse((await hub.call('POST', 'silences', asked)).body)
  expect(made).toMatchObject({ timezone: 'UTC', cuts: [], repeats: { fromTime: repeats.fromTime } })
  await send(hub, agent, [event('core-1', 'opened'), event('core-1', 'closed')])
  await told(['opened L3 core-1', 'closed L3 core-1'])
  aheadMs += begins - now()
  await send(hub, agent, [event('cam-01', 'opened')])
  expect(await silenced()).toEqual(['cam-01'])
  await hub.call('POST', `silences/${made.id}/end`)
  await told(['opened L3 core-1', 'closed L3 core-1', 'opened L3 cam-01'])
  expect(await silenced()).toEqual([null])
  const listed = async () => SilenceList.parse((await hub.call('GET', `silences?site=${site}`)).body).items
  expect(await listed()).toMatchObject([{ id: made.id, cuts: [expect.any(String)] }])
  // The next evening it holds again, until it is ended for good.
  aheadMs += 24 * hourMs
  expect(await silenced()).toEqual(['cam-01'])
  expect((await hub.call('DELETE', `silences/${made.id}`)).status).toBe(200)
  expect(await silenced()).toEqual([null])
  refused(await hub.call('DELETE', `silences/${made.id}`), 409, /is over/)
})
