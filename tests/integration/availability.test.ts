import { SiteAvailability, SiteCapability, SiteTopology } from '@steward/shared/api'
import { daysOfMonth, monthAt } from '@steward/shared/availability'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StartedHub, startHub } from './started-hub.ts'
import { enrolledAgent, send, type WireAgent } from './wire-agent.ts'

const hourMs = 3_600_000
const now = Date.now()
const zone = 'Asia/Shanghai'
const month = monthAt(now - 40 * 24 * hourMs, zone)
const days = daysOfMonth(month, zone)
const [first, tenth, end] = [days[0]?.from ?? 0, days[9]?.to ?? 0, days.at(-1)?.to ?? 0]
let hub: StartedHub
let agent: WireAgent

beforeAll(async () => {
  hub = await startHub({ now: () => now })
  const answer = await hub.call('POST', 'apply', {
    customers: [
      { id: 'acme', name: 'Acme' },
      { id: 'other', name: 'Other' },
    ],
    sites: [
      {
        id: 'tower',
        name: 'Tower',
        customer: 'acme',
        systems: [{ id: 'cctv', kind: 'cctv', functions: [{ id: 'view', essential: true, paralysedBelow: 0.5 }] }],
        devices: [
          { id: 'edge', kind: 'switch', address: '10.0.0.2' },
          ...['cam-1', 'cam-2'].map((id) => ({
            id,
            kind: 'camera',
            address: '10.0.0.3',
            needs: [['edge']],
            serves: [{ function: 'cctv/view' }],
          })),
        ],
      },
    ],
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  agent = await enrolledAgent(hub, 'tower')
})
afterAll(() => hub.stop())

const state = (device: string, is: string, at: number) => ({
  type: 'state',
  at,
  device,
  state: is,
  reason: { zh: '见', en: 'seen' },
})
const ask = async (query: string) => {
  const answer = await hub.call('GET', `sites/tower/availability?${query}`)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return SiteAvailability.parse(answer.body)
}

test('a month is counted in the zone of the site, with and without maintenance, and anew for what comes late', async () => {
  await send(
    hub,
    agent,
    ['edge', 'cam-1', 'cam-2'].map((it) => state(it, 'up', first - hourMs)),
    { sentAt: now },
  )
  await hub.call('POST', 'sites/tower/maintenance', {
    devices: ['edge'],
    from: new Date(tenth - 4 * hourMs).toISOString(),
    to: new Date(tenth - 2 * hourMs).toISOString(),
    reason: 'new firmware',
  })
  const both = (is: string, at: number) => ['cam-1', 'cam-2'].map((it) => state(it, is, at))
  await send(
    hub,
    agent,
    [
      state('edge', 'down', tenth - 4 * hourMs),
      ...both('down', tenth - 4 * hourMs),
      state('edge', 'up', tenth - 2 * hourMs),
      ...both('up', tenth - 2 * hourMs),
    ],
    { sentAt: now },
  )
  const before = await ask(`month=${month}`)
  expect([before.from, before.to]).toEqual([new Date(first).toISOString(), new Date(end).toISOString()])
  expect(before.whole.whole.downMs).toBe(2 * hourMs)
  expect(before.whole.withoutMaintenance).toMatchObject({ downMs: 0, percent: 100 })
  expect(before.whole.days.map((it) => it.whole.downMs)).toEqual(days.map((_, i) => (i === 9 ? 2 * hourMs : 0)))
  expect(before.systems.map((it) => [it.id, it.whole.downMs])).toEqual([['cctv', 2 * hourMs]])
  expect(before.devices.map((it) => [it.id, it.whole.downMs, it.withoutMaintenance.downMs])).toEqual([
    ['cam-1', 2 * hourMs, 0],
    ['cam-2', 2 * hourMs, 0],
    ['edge', 2 * hourMs, 0],
  ])
  // Word of an outage a day ago comes now.
  const late = tenth - 30 * hourMs
  await send(hub, agent, [state('cam-1', 'down', late), state('cam-1', 'up', late + hourMs)], { sentAt: now })
  const after = await ask(`month=${month}&device=cam-1`)
  expect(after.devices.map((it) => [it.id, it.whole.downMs, it.withoutMaintenance.downMs])).toEqual([
    ['cam-1', 3 * hourMs, hourMs],
  ])
  expect(after.devices[0]?.days?.map((it) => it.whole.downMs).slice(8, 10)).toEqual([hourMs, 2 * hourMs])
  // One of two cameras is enough to see.
  expect(after.whole.whole.downMs).toBe(2 * hourMs)
})

test('capability of a function over time, step by step, with maintenance counted in neither side', async () => {
  const query = `from=${new Date(tenth - 32 * hourMs).toISOString()}&to=${new Date(end).toISOString()}`
  const answer = await hub.call('GET', `sites/tower/capability?${query}`)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  const [view] = SiteCapability.parse(answer.body).functions
  const step = (at: number, value: number | null) => ({ at: new Date(at).toISOString(), value })
  expect(view).toEqual({
    function: 'cctv/view',
    steps: [
      step(tenth - 32 * hourMs, 1),
      step(tenth - 30 * hourMs, 0.5),
      step(tenth - 29 * hourMs, 1),
      step(tenth - 4 * hourMs, 0),
      step(tenth - 2 * hourMs, 1),
    ],
  })
  const before = await hub.call(
    'GET',
    `sites/tower/capability?from=${new Date(first - 3 * hourMs).toISOString()}&to=${new Date(first).toISOString()}`,
  )
  expect(SiteCapability.parse(before.body).functions[0]?.steps).toEqual([
    step(first - 3 * hourMs, null),
    step(first - hourMs, 1),
  ])
})

test('who asks for what is not there, not begun or not theirs is told so', async () => {
  expect((await hub.call('GET', 'sites/tower/availability?month=2027-13')).status).toBe(400)
  expect((await hub.call('GET', 'sites/tower/availability?month=2099-01')).status).toBe(400)
  expect((await hub.call('GET', 'sites/tower/availability?device=nobody')).status).toBe(404)
  expect((await hub.call('GET', 'sites/tower/capability?from=2099-01-01T00:00:00Z')).status).toBe(400)
  expect((await hub.call('GET', 'sites/tower/capability?from=2001-01-01T00:00:00Z')).status).toBe(400)
  const { key } = await hub.newKey(['read'], 'other')
  for (const path of ['sites/tower/availability', 'sites/tower/capability', 'sites/tower/topology']) {
    expect((await hub.callWith(key)('GET', path)).status).toBe(404)
  }
})

test('the topology says who needs whom', async () => {
  const { devices } = SiteTopology.parse((await hub.call('GET', 'sites/tower/topology')).body)
  expect(devices.find((it) => it.id === 'cam-1')?.needs).toEqual([['edge']])
  expect(devices).toHaveLength(3)
})

test('maintenance that is ended early explains what it covered', async () => {
  const answer = await hub.call('POST', 'sites/tower/maintenance', {
    devices: [],
    from: new Date(now - hourMs).toISOString(),
    to: new Date(now + hourMs).toISOString(),
    reason: '',
  })
  const { id } = answer.body as { id: string }
  expect((await hub.call('DELETE', `sites/tower/maintenance/${id}`)).status).toBe(200)
  const { whole, from } = await ask('')
  expect(whole.whole.upMs - whole.withoutMaintenance.upMs).toBe(Math.min(hourMs, now - Date.parse(from)))
})
