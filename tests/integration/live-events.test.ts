import { LiveEvent, Silence } from '@steward/shared/api'
import { Agent, request } from 'undici'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { until } from '../until.ts'
import { type StartedHub, startHub } from './started-hub.ts'
import { enrolledAgent, send, type WireAgent } from './wire-agent.ts'

let hub: StartedHub
let own: WireAgent
let foreign: WireAgent
const streams: (() => Promise<void>)[] = []

beforeAll(async () => {
  hub = await startHub()
  const site = (id: string, customer: string) => ({
    id,
    name: id,
    customer,
    devices: [{ id: 'cam-1', address: '10.0.0.1' }],
  })
  const answer = await hub.call('POST', 'apply', {
    customers: [
      { id: 'acme', name: 'Acme' },
      { id: 'other', name: 'Other' },
    ],
    sites: [site('tower-a', 'acme'), site('tower-b', 'other')],
  })
  expect(answer.status).toBe(200)
  own = await enrolledAgent(hub, 'tower-a')
  foreign = await enrolledAgent(hub, 'tower-b')
})
afterEach(async () => {
  for (const end of streams.splice(0)) await end()
})
afterAll(() => hub.stop())

type Message = { id: string; name: string; event: LiveEvent | null }
type Stream = { status: number; messages: Message[]; ended: Promise<void>; events(): LiveEvent[] }

function parse(block: string): Message | null {
  const lines = block.split('\n')
  const field = (name: string) => lines.find((it) => it.startsWith(`${name}: `))?.slice(name.length + 2)
  const data = field('data')
  if (data === undefined) return null
  const name = field('event') ?? 'message'
  return { id: field('id') ?? '', name, event: name === 'message' ? LiveEvent.parse(JSON.parse(data)) : null }
}

/** Opens a stream; resolves when the hub has answered. */
async function stream(
  query = '',
  { key = hub.apiKey, lastId }: { key?: string; lastId?: string } = {},
): Promise<Stream> {
  const dispatcher = new Agent({ connect: { ca: hub.ca }, bodyTimeout: 0 })
  const answer = await request(`${hub.url}/api/v1/events${query}`, {
    dispatcher,
    headers: { authorization: `Bearer ${key}`, ...(lastId === undefined ? {} : { 'last-event-id': lastId }) },
  })
  const messages: Message[] = []
  const read = async (): Promise<void> => {
    let text = ''
    for await (const chunk of answer.body) {
      text += String(chunk)
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      messages.push(...blocks.flatMap((it) => parse(it) ?? []))
    }
  }
  const ended = read().catch(() => undefined)
  streams.push(async () => {
    await dispatcher.destroy()
    await ended
  })
  return { status: answer.statusCode, messages, ended, events: () => messages.flatMap((it) => it.event ?? []) }
}

const sample = (load: number, at = Date.now()) => ({ type: 'samples', at, device: 'cam-1', values: { load } })
const loads = (it: Stream) => it.events().flatMap((event) => (event.type === 'reading' ? [event.values.load] : []))
const soon = { withinMs: 5000, everyMs: 10 }

test('what agents tell is shown as it happens', async () => {
  const live = await stream()
  expect(live.status).toBe(200)
  const reason = { zh: '中断', en: 'down' }
  const at = Date.now()
  const fault = {
    at,
    fault: 'cam-1@1',
    event: 'opened',
    cause: 'cam-1',
    kind: 'down',
    level: 'L3',
    affected: [],
    functions: {},
    incident: null,
    reason,
  }
  await send(hub, own, [
    sample(1),
    { type: 'state', at, device: 'cam-1', state: 'down', reason },
    { type: 'fault', at, event: fault },
  ])
  const events = await until('three events', () => live.events().length >= 3 && live.events(), soon)
  expect(events).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ type: 'reading', site: 'tower-a', device: 'cam-1', values: { load: 1 } }),
      expect.objectContaining({ type: 'device', state: 'down' }),
      expect.objectContaining({ type: 'fault', change: 'opened', fault: expect.objectContaining({ device: 'cam-1' }) }),
    ]),
  )
  await hub.call('PUT', 'sites/tower-a/devices/cam-9', {})
  await until('the change of the configuration', () => live.events().some((it) => it.type === 'config'), soon)
})

test('only of sites that the caller may see, and only what was asked for', async () => {
  const { key } = await hub.newKey(['read'], 'acme')
  const [all, acme, site, types] = [
    await stream(),
    await stream('', { key }),
    await stream('?site=tower-b'),
    await stream('?types=device,fault'),
  ]
  await send(hub, foreign, [sample(2)])
  await send(hub, own, [sample(3)])
  await until('both', () => loads(all).length === 2, soon)
  await until('its own', () => loads(acme).length === 1, soon)
  expect([loads(acme), loads(site), loads(types)]).toEqual([[3], [2], []])
})

test('whoever looks on hears of a silence when it is made, begins by itself, and is ended', async () => {
  const reason = { zh: '中断', en: 'down' }
  const at = Date.now()
  const rest = { kind: 'down', level: 'L3', affected: [], functions: {}, incident: null, reason }
  const event = { at, fault: 'cam-1@s', event: 'opened', cause: 'cam-1', ...rest }
  await send(hub, own, [{ type: 'fault', at, event }])
  const live = await stream('?types=silences')
  const { key } = await hub.newKey(['read'], 'other')
  const others = await stream('?types=silences', { key })
  const heard = (count: number) => until(`${count} events`, () => live.events().length >= count, soon)
  const [from, to] = [at + 1000, at + 3_600_000].map((it) => new Date(it).toISOString())
  const scope = { kind: 'site', site: 'tower-a' }
  const made = await hub.call('POST', 'silences', { scope, from, to, reason: 'later' })
  await heard(1)
  await until('the beginning', () => Date.now() > at + 1000, soon)
  // Any change makes the hub look; it would by itself within 15 s.
  await send(hub, own, [{ type: 'fault', at, event: { ...event, at: at + 1, event: 'changed' } }])
  await heard(2)
  await hub.call('POST', `silences/${Silence.parse(made.body).id}/end`)
  await heard(3)
  expect(live.events()[0]).toEqual({ type: 'silences', site: 'tower-a' })
  expect(others.events()).toEqual([])
})

test('a reading of long ago is no news', async () => {
  const live = await stream()
  await send(hub, own, [sample(4, Date.now() - 3_600_000), sample(5)])
  await until('the new one', () => loads(live).length > 0, soon)
  expect(loads(live)).toEqual([5])
})

test('who comes back takes up where it was', async () => {
  const first = await stream()
  await send(hub, own, [sample(10)])
  const { id } = await until('the first', () => first.messages.at(-1), soon)
  await streams.splice(0).reduce((before, end) => before.then(end), Promise.resolve())
  await send(hub, own, [sample(11)])
  await send(hub, foreign, [sample(12)])
  const again = await stream('', { lastId: id })
  await until('what was missed', () => loads(again).length === 2, soon)
  expect(loads(again)).toEqual([11, 12])
  const { key } = await hub.newKey(['read'], 'acme')
  const acme = await stream('', { lastId: id, key })
  await until('its own part', () => loads(acme).length === 1, soon)
  expect(loads(acme)).toEqual([11])
})

test.each(['', 'nonsense', '0123456789ab-1'])(
  'who comes from another start (%j) is told to ask anew',
  async (lastId) => {
    const live = await stream('', { lastId })
    const reset = await until('the word', () => live.messages[0], soon)
    expect(reset.name).toBe('reset')
  },
)

test('a right that is taken away ends the stream at once', async () => {
  const { id, key } = await hub.newKey(['read'])
  const live = await stream('', { key })
  expect((await hub.call('DELETE', `api-keys/${id}`)).status).toBe(200)
  await live.ended
  expect((await stream('', { key })).status).toBe(401)
})

test('a stream that does not read is dropped, and harms nobody', async () => {
  const other = await stream()
  const dispatcher = new Agent({ connect: { ca: hub.ca }, bodyTimeout: 0 })
  const stuck = await request(`${hub.url}/api/v1/events`, {
    dispatcher,
    headers: { authorization: `Bearer ${hub.apiKey}` },
    highWaterMark: 1024,
  })
  const closed = new Promise<void>((resolve) => stuck.body.once('close', () => resolve()))
  stuck.body.on('error', () => undefined)
  const values = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`p${i}`, 'x'.repeat(200)]))
  let sent = 0
  // More than the sockets' own buffers, and the hub's megabyte.
  for (; sent < 120; sent += 1) await send(hub, own, [{ type: 'samples', at: Date.now(), device: 'cam-1', values }])
  await until('all of it elsewhere', () => other.events().filter((it) => it.type === 'reading').length >= sent, {
    withinMs: 15_000,
  })
  stuck.body.resume()
  await closed
  await dispatcher.destroy()
}, 40_000)

test('no more than twenty streams of one caller', async () => {
  const { key } = await hub.newKey(['read'])
  for (let i = 0; i < 20; i += 1) expect((await stream('', { key })).status).toBe(200)
  expect((await stream('', { key })).status).toBe(429)
  await streams.pop()?.()
  await streams.pop()?.()
  await until('room again', async () => (await stream('', { key })).status === 200, soon)
})
