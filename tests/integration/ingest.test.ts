import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { Agent, AuditList, DeviceDetail, FaultDetail, PointList, Series } from '@steward/shared/api'
import type { FaultEvent } from '@steward/shared/diagnosis'
import { Problem } from '@steward/shared/errors'
import { agentPaths } from '@steward/shared/wire'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type StartedHub, startHub } from './started-hub.ts'
import { enrolledAgent, post, send, sendRaw, type WireAgent } from './wire-agent.ts'

let hub: StartedHub
let agent: WireAgent
const start = Date.now()
let time = start

beforeAll(async () => {
  hub = await startHub({ now: () => time })
  const device = (id: string) => ({ id, address: '10.0.0.1' })
  const answer = await hub.call('POST', 'apply', {
    customers: [{ id: 'acme', name: 'Acme' }],
    sites: [
      { id: 'tower-a', name: 'Tower A', customer: 'acme', devices: ['ups-1', 'cam-1', 'cam-2'].map(device) },
      { id: 'tower-b', name: 'Tower B', customer: 'acme', devices: [device('foreign')] },
    ],
  })
  expect(answer.status).toBe(200)
  agent = await enrolledAgent(hub, 'tower-a')
})
afterAll(() => hub.stop())

const sample = (at: number, load: unknown, device = 'ups-1') => ({ type: 'samples', at, device, values: { load } })
const state = (at: number, device: string, is: string) => ({
  type: 'state',
  at,
  device,
  state: is,
  reason: { zh: '超时', en: 'timed out' },
})
const event = (over: Partial<FaultEvent>): { type: 'fault'; at: number; event: FaultEvent } => {
  const at = over.at ?? time
  return {
    type: 'fault',
    at,
    event: {
      at,
      fault: `cam-1@${new Date(start).toISOString()}`,
      event: 'opened',
      cause: 'cam-1',
      kind: 'down',
      level: 'L3',
      affected: [],
      functions: { 'cctv/view': 0.5 },
      incident: null,
      reason: { zh: '中断', en: 'down' },
      ...over,
    },
  }
}
const send0 = (records: readonly unknown[], sending: Parameters<typeof send>[3] = {}) =>
  send(hub, agent, records, { sentAt: time, ...sending })
const code = (answer: { body: unknown }): string => Problem.parse(answer.body).code
const loads = async (device = 'ups-1') => {
  const query = new URLSearchParams({
    point: 'load',
    from: new Date(start - 3_600_000).toISOString(),
    to: new Date(start + 86_400_000).toISOString(),
    buckets: '1',
  })
  return Series.parse((await hub.call('GET', `devices/${device}/series?${query}`)).body).buckets[0]?.count ?? 0
}

describe('what a batch brings', () => {
  test('values, points, states, identity, secret: all can be read', async () => {
    const points = [{ id: 'load', class: 'load', name: 'Load', unit: '%' }]
    const receipt = await send0([
      { type: 'points', at: time, device: 'ups-1', points },
      sample(time - 60_000, 41),
      sample(time, 42),
      state(time, 'ups-1', 'up'),
      { type: 'identity', at: time, device: 'ups-1', identity: { vendor: 'APC', serial: '404705923918060213' } },
      { type: 'secret', at: time, device: 'ups-1', set: true, works: false },
    ])
    expect(receipt).toEqual({ acknowledged: agent.seq - 1, rejected: [] })
    const now = PointList.parse((await hub.call('GET', 'devices/ups-1/points')).body).items
    expect(now).toEqual([{ ...points[0], instance: '', value: 42, at: new Date(time).toISOString(), stale: false }])
    const device = DeviceDetail.parse((await hub.call('GET', 'devices/ups-1')).body)
    expect(device).toMatchObject({
      state: 'up',
      reason: { en: 'timed out' },
      secret: 'refused',
      identity: { vendor: 'APC', serial: '404705923918060213' },
    })
    expect(await loads()).toBe(2)
    time += 180_001
    const later = PointList.parse((await hub.call('GET', 'devices/tower-a:ups-1/points')).body).items
    expect(later[0]).toMatchObject({ value: 42, stale: true })
  })

  test('a fault opens, changes and closes at its own times', async () => {
    await send0([event({ at: start }), event({ at: start + 10, event: 'changed', level: 'L2', affected: ['cam-2'] })])
    const id = 'tower-a~cam-1~'
    const open = (await hub.call('GET', 'faults?site=tower-a')).body as { items: { id: string }[] }
    expect(open.items).toMatchObject([{ device: 'cam-1', level: 'L2', affected: ['cam-2'] }])
    expect(open.items[0]?.id.startsWith(id)).toBe(true)
    await send0([event({ at: start + 20, event: 'closed', reason: { zh: '恢复', en: 'up again' } })])
    const fault = FaultDetail.parse((await hub.call('GET', `faults/${open.items[0]?.id}`)).body)
    expect(fault).toMatchObject({
      openedAt: new Date(start).toISOString(),
      closedAt: new Date(start + 20).toISOString(),
      level: 'L2',
      reason: { en: 'down' },
    })
    expect(fault.history.map((it) => [it.event, it.level])).toEqual([
      ['opened', 'L3'],
      ['changed', 'L2'],
      ['closed', 'L3'],
    ])
  })

  test('problems, losses and the audit lines of the agent', async () => {
    const problem = {
      type: 'problem',
      key: 'k',
      code: 'driver/refused-credentials',
      device: 'ups-1',
      message: 'refused',
    }
    await send0([
      { ...problem, at: time },
      { type: 'lost', at: time, from: time - 1000, to: time, records: 5, bytes: 500, what: 'samples' },
      { type: 'audit', at: time, action: 'grant.give', device: 'ups-1', who: 'root', detail: { port: 22 } },
    ])
    const read = async () => Agent.parse((await hub.call('GET', `agents/${agent.id}`)).body).problems
    expect(await read()).toMatchObject([{ key: 'k', device: 'ups-1', message: 'refused' }])
    const { items } = AuditList.parse((await hub.call('GET', 'audit?site=tower-a')).body)
    expect(items.find((it) => it.action === 'grant.give')).toMatchObject({
      who: `agent:${agent.id} root`,
      target: 'ups-1',
      detail: { port: 22 },
    })
    expect(items.find((it) => it.action === 'agent.lost-records')).toMatchObject({
      detail: { records: 5, what: 'samples' },
    })
    await send0([{ ...problem, at: time, over: true }])
    expect(await read()).toEqual([])
  })

  test('what comes late becomes history, not the present', async () => {
    await send0([state(time, 'cam-2', 'up'), state(time - 60_000, 'cam-2', 'down')])
    const device = DeviceDetail.parse((await hub.call('GET', 'devices/cam-2')).body)
    expect(device.state).toBe('up')
    expect(device.history.map((it) => it.state)).toEqual(['down', 'up'])
  })
})

describe('once in effect', () => {
  test('a batch that is sent again is acknowledged and stored once', async () => {
    const before = await loads('cam-1')
    const records = [
      sample(time, 1, 'cam-1'),
      { type: 'audit', at: time, action: 'twice', who: '', detail: {} },
      { type: 'lost', at: time, from: time, to: time, records: 1, bytes: 1, what: 'other' },
    ]
    const seq = agent.seq++
    for (let i = 0; i < 3; i += 1) expect(await send0(records, { seq })).toEqual({ acknowledged: seq, rejected: [] })
    expect(await loads('cam-1')).toBe(before + 1)
    const { items } = AuditList.parse((await hub.call('GET', 'audit?action=twice')).body)
    expect(items).toHaveLength(1)
  })

  test('an older number is acknowledged with the newest; gaps are legal; another epoch counts from its own beginning', async () => {
    agent.seq += 10
    const seq = agent.seq++
    expect((await send0([], { seq })).acknowledged).toBe(seq)
    expect((await send0([sample(time, 1)], { seq: seq - 5 })).acknowledged).toBe(seq)
    const reborn = { ...agent, epoch: crypto.randomUUID(), seq: 1 }
    expect((await send(hub, reborn, [], { sentAt: time })).acknowledged).toBe(1)
    expect((await send0([], { seq: 1 })).acknowledged).toBe(seq)
  })

  test('the same batch twice at the same moment is stored once', async () => {
    const seq = agent.seq++
    const records = [{ type: 'audit', at: time, action: 'at-once', who: '', detail: {} }]
    const answers = await Promise.all([1, 2, 3].map(() => sendRaw(hub, agent, records, { seq, sentAt: time })))
    expect(answers.every((it) => it.status === 200 || it.status === 429)).toBe(true)
    expect(answers.some((it) => it.status === 200)).toBe(true)
    const { items } = AuditList.parse((await hub.call('GET', 'audit?action=at-once')).body)
    expect(items).toHaveLength(1)
  })
})

describe('bad input', () => {
  test('a bad record is named by its place, and the others are stored', async () => {
    const before = await loads('cam-2')
    const { rejected } = await send0([
      sample(time, 1, 'cam-2'),
      { type: 'nonsense', at: time },
      sample(time, 1, 'foreign'),
      sample(time + 1, { deep: true }, 'cam-2'),
      state(time, 'cam-2', 'sideways'),
      null,
      event({ cause: '../etc', fault: 'x' }),
      event({ cause: 'cam-1', fault: 'y', kind: 'site-unreachable' }),
      event({ cause: 'cam-1', fault: 'z'.repeat(131) }),
      sample(time + 2, 2, 'cam-2'),
    ])
    expect(rejected.map((it) => it.index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(rejected[1]?.message).toBe('device: "foreign" is no device of this site')
    expect(await loads('cam-2')).toBe(before + 2)
    expect((await hub.call('GET', 'devices/foreign')).body).toMatchObject({ state: 'unknown' })
  })

  test('a fault of a device that is not in the inventory is filed only where it is known', async () => {
    await hub.call('PUT', 'sites/tower-a/devices/gone', { address: '10.0.0.9' })
    const gone = { cause: 'gone', fault: 'gone@1' }
    await send0([event({ ...gone, at: time })])
    await hub.call('DELETE', 'sites/tower-a/devices/gone')
    await send0([event({ ...gone, at: time + 1, event: 'closed' }), event({ cause: 'never', fault: 'never@1' })])
    const { items } = (await hub.call('GET', 'faults?state=all&site=tower-a')).body as { items: { device: string }[] }
    expect(items.find((it) => it.device === 'gone')).toMatchObject({ closedAt: new Date(time + 1).toISOString() })
    expect(items.some((it) => it.device === 'never')).toBe(false)
  })

  test.each([
    ['no JSON', 'nonsense', 400, 'input/invalid'],
    ['no envelope', '{"records":[]}', 400, 'input/invalid'],
    ['a list', '[]', 400, 'input/invalid'],
    ['nothing', '', 400, 'input/invalid'],
    ['more than four megabytes', `{"epoch":"${'x'.repeat(4 * 1024 * 1024)}"}`, 413, 'input/too-large'],
  ])('%s is one clear problem', async (_name, body, status, problem) => {
    const answer = await post(hub, agentPaths.batches, body, { authorization: `Bearer ${agent.token}` })
    expect([answer.status, code(answer)]).toEqual([status, problem])
  })

  test('too many records are too large', async () => {
    const answer = await sendRaw(
      hub,
      agent,
      Array.from({ length: 5001 }, () => 0),
      { sentAt: time },
    )
    expect([answer.status, code(answer)]).toEqual([413, 'input/too-large'])
    agent.seq -= 1
  })

  test.each([
    ['a bomb', () => gzipSync(Buffer.alloc(64 * 1024 * 1024)), 413, 'input/too-large'],
    ['more packed bytes than allowed', () => gzipSync(randomBytes(1.5 * 1024 * 1024)), 413, 'input/too-large'],
    ['something else', () => Buffer.from('not gzip'), 400, 'input/invalid'],
    ['the half of it', () => gzipSync('{"records":[]}').subarray(0, 20), 400, 'input/invalid'],
  ])('packed with gzip, %s is refused', async (_name, body, status, problem) => {
    const headers = { authorization: `Bearer ${agent.token}`, 'content-encoding': 'gzip' }
    const answer = await post(hub, agentPaths.batches, body(), headers)
    expect([answer.status, code(answer)]).toEqual([status, problem])
  })

  test('another packing is refused by name', async () => {
    const headers = { authorization: `Bearer ${agent.token}`, 'content-encoding': 'br' }
    const answer = await post(hub, agentPaths.batches, 'x', headers)
    expect([answer.status, Problem.parse(answer.body).detail]).toEqual([400, expect.stringContaining('"br"')])
  })
})

test('a large packed batch is taken whole', async () => {
  const before = await loads('cam-1')
  const at = start - 1_800_000
  const records = Array.from({ length: 5000 }, (_, i) => ({
    type: 'samples',
    at: at + i,
    device: 'cam-1',
    values: Object.fromEntries(Array.from({ length: 20 }, (_v, k) => [k === 0 ? 'load' : `point.number.${k}`, k])),
  }))
  expect(await send0(records, { packed: true })).toEqual({ acknowledged: agent.seq - 1, rejected: [] })
  expect(await loads('cam-1')).toBe(before + 5000)
})

test('an agent whose clock is hours off is filed at the time of the hub', async () => {
  const before = await loads('ups-1')
  const off = 5 * 3_600_000
  await send(hub, agent, [sample(time + off - 1000, 7)], { sentAt: time + off })
  const { items } = PointList.parse((await hub.call('GET', 'devices/ups-1/points')).body)
  expect(items[0]).toMatchObject({ value: 7, at: new Date(time - 1000).toISOString() })
  expect(await loads('ups-1')).toBe(before + 1)
  const problems = async () => Agent.parse((await hub.call('GET', `agents/${agent.id}`)).body).problems
  expect(await problems()).toMatchObject([
    { code: 'fleet/clock-wrong', message: expect.stringContaining('300 min ahead') },
  ])
  await send0([])
  expect(await problems()).toEqual([])
})

test('series and points are asked for rightly or refused in words', async () => {
  const from = new Date(start).toISOString()
  const wrong = await hub.call('GET', `devices/ups-1/series?point=load&from=${from}&to=${from}`)
  expect([wrong.status, code(wrong)]).toEqual([400, 'input/invalid'])
  expect((await hub.call('GET', 'devices/ups-9/points')).status).toBe(404)
  const many = await hub.call('GET', `devices/ups-1/series?point=load&from=${from}&to=${from}&buckets=50000`)
  expect(many.status).toBe(400)
})
