import { DeviceMessages, SiteInput } from '@steward/shared/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StartedHub, startHub } from './started-hub.ts'
import { enrolledAgent, send, type WireAgent } from './wire-agent.ts'

const now = Date.now()
let hub: StartedHub
let agent: WireAgent

const said = (device: string, name: string, over: object = {}) => ({
  type: 'message',
  at: now,
  device,
  message: { protocol: 'syslog', name, urgency: 5, text: `${name} said so`, fields: {}, count: 1, ...over },
})
const messages = async (query = '') => {
  const answer = await hub.call('GET', `sites/tower/messages${query}`)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return DeviceMessages.parse(answer.body)
}
const names = async (query = '') => (await messages(query)).items.map((it) => it.name)

beforeAll(async () => {
  hub = await startHub({ now: () => now })
  const devices = ['switch-1', 'cam-1'].map((id, i) => ({ id, kind: 'other', address: `10.0.0.${i + 1}` }))
  const site = SiteInput.parse({ id: 'tower', name: 'Tower', customer: 'acme' })
  const customers = [{ id: 'acme', name: 'Acme' }]
  const answer = await hub.call('POST', 'apply', { customers, sites: [{ ...site, devices }] })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  agent = await enrolledAgent(hub, 'tower')
  const trap = { protocol: 'trap', urgency: null, fields: { 'ifOperStatus.3': 'down' }, count: 4 }
  const records = [said('switch-1', 'linkDown', trap), said('cam-1', 'encoder'), said('cam-1', 'debug', { urgency: 7 })]
  expect((await send(hub, agent, records, { sentAt: now })).rejected).toEqual([])
})
afterAll(() => hub.stop())

test('what devices said is there, newest first, with all that they said', async () => {
  const { items } = await messages()
  expect(items.map((it) => it.name)).toEqual(['debug', 'encoder', 'linkDown'])
  const last = { device: 'switch-1', protocol: 'trap', urgency: null, fields: { 'ifOperStatus.3': 'down' }, count: 4 }
  expect(items[2]).toMatchObject({ ...last, at: new Date(now).toISOString() })
})

test('by device, urgency, words and time', async () => {
  expect(await names('?device=cam-1')).toEqual(['debug', 'encoder'])
  expect(await names('?urgency=5')).toEqual(['encoder', 'linkDown'])
  expect(await names('?search=OPERSTATUS')).toEqual(['linkDown'])
  expect(await names('?search=%25')).toEqual([])
  expect(await names(`?from=${new Date(now + 1).toISOString()}`)).toEqual([])
})

test('page by page', async () => {
  const first = await messages('?limit=2')
  expect(first.items).toHaveLength(2)
  const second = await messages(`?limit=2&next=${first.next}`)
  expect(second.items.map((it) => it.name)).toEqual(['linkDown'])
  expect(second.next).toBeNull()
})

test('those of a device that is not there are refused, the rest is kept', async () => {
  const receipt = await send(hub, agent, [said('ghost', 'x'), said('cam-1', 'later')], { sentAt: now })
  expect(receipt.rejected).toHaveLength(1)
  expect(await names('?limit=1')).toEqual(['later'])
})

test('a site that is not there, or a wrong question, is said', async () => {
  expect((await hub.call('GET', 'sites/nowhere/messages')).status).toBe(404)
  expect((await hub.call('GET', 'sites/tower/messages?urgency=9')).status).toBe(400)
})
