import { type Fault, FaultDetail, FaultList, SiteDetail, SiteList } from '@steward/shared/api'
import type { FaultEvent } from '@steward/shared/diagnosis'
import { Problem } from '@steward/shared/errors'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../until.ts'
import { type StartedHub, startHub } from './started-hub.ts'
import { enrolledAgent, openLink, send, type WireAgent } from './wire-agent.ts'

let hub: StartedHub
let agent: WireAgent
let time = Date.now()
let sites = 0
let site: string

beforeAll(async () => {
  hub = await startHub({ now: () => time })
  await hub.call('POST', 'apply', {
    customers: [
      { id: 'acme', name: 'Acme' },
      { id: 'other', name: 'Other' },
    ],
  })
})
afterAll(() => hub.stop())

/** A site: two cameras behind an edge switch behind a core switch. */
async function newSite(customer = 'acme'): Promise<string> {
  sites += 1
  const id = `tower-${sites}`
  const camera = (device: string) => ({
    id: device,
    kind: 'camera',
    address: '10.0.0.9',
    needs: [['edge']],
    serves: [{ function: 'cctv/view' }],
  })
  const devices = [
    { id: 'core', name: 'Core switch', kind: 'switch', address: '10.0.0.1' },
    { id: 'edge', kind: 'switch', address: '10.0.0.2', needs: [['core']] },
    camera('cam-1'),
    camera('cam-2'),
  ]
  const systems = [
    { id: 'cctv', kind: 'cctv', functions: [{ id: 'view', name: 'View', essential: true, paralysedBelow: 0.5 }] },
  ]
  const answer = await hub.call('POST', 'apply', {
    sites: [{ id, name: `Tower ${sites}`, customer, systems, devices }],
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return id
}

beforeEach(async () => {
  site = await newSite()
  agent = await enrolledAgent(hub, site)
})

function event(over: Partial<FaultEvent> & { cause: string }): { type: 'fault'; at: number; event: FaultEvent } {
  const at = over.at ?? time
  const reason = { zh: `${over.cause} 中断`, en: `${over.cause} is down` }
  return {
    type: 'fault',
    at,
    event: {
      at,
      fault: `${over.cause}@1`,
      event: 'opened',
      kind: 'down',
      level: 'L3',
      affected: [],
      functions: {},
      incident: null,
      reason,
      ...over,
    },
  }
}
const state = (device: string, is: string, at = time) => ({
  type: 'state',
  at,
  device,
  state: is,
  reason: { zh: '见', en: 'seen' },
})
const tell = (...records: unknown[]) => send(hub, agent, records, { sentAt: time })
const list = async (query: string) => FaultList.parse((await hub.call('GET', `faults?${query}`)).body)
const detail = async (fault: Fault | undefined) =>
  FaultDetail.parse((await hub.call('GET', `faults/${fault?.id}`)).body)
const summary = async () => SiteList.parse((await hub.call('GET', 'sites')).body).items.find((it) => it.id === site)
const states = async () => {
  const { items } = (await hub.call('GET', `devices?site=${site}`)).body as { items: { id: string; state: string }[] }
  return Object.fromEntries(items.map((it) => [it.id, it.state]))
}
const soon = { withinMs: 5000, everyMs: 20 }

describe('lists', () => {
  test('open faults come worst first, then newest; the others newest first', async () => {
    await tell(
      event({ cause: 'cam-1', at: time }),
      event({ cause: 'cam-2', at: time + 1 }),
      event({ cause: 'edge', at: time - 5, level: 'L1', incident: 'edge@1' }),
      event({ cause: 'core', at: time - 9 }),
      event({ cause: 'core', at: time + 2, event: 'closed' }),
    )
    expect((await list(`site=${site}`)).items.map((it) => it.device)).toEqual(['edge', 'cam-2', 'cam-1'])
    expect((await list(`site=${site}&state=closed`)).items.map((it) => it.device)).toEqual(['core'])
    expect((await list(`site=${site}&state=all`)).items.map((it) => it.device)).toEqual([
      'cam-2',
      'cam-1',
      'edge',
      'core',
    ])
    expect((await list(`site=${site}&level=L1`)).items).toMatchObject([{ device: 'edge', incident: `${site}~edge~1` }])
    expect((await list(`site=${site}&device=cam-1`)).items.map((it) => it.device)).toEqual(['cam-1'])
  })

  test('pages hold every fault once, in order', async () => {
    await tell(
      ...Array.from({ length: 25 }, (_, i) =>
        event({
          cause: `cam-${(i % 2) + 1}`,
          fault: `f@${i}`,
          at: time + (i % 3),
          event: i < 23 ? 'closed' : 'opened',
          level: `L${(i % 4) + 1}` as 'L1',
        }),
      ),
    )
    for (const query of [`site=${site}&state=all`, `site=${site}&state=closed`, `site=${site}&state=open`]) {
      const whole = (await list(query)).items.map((it) => it.id)
      const paged: string[] = []
      let next: string | null = ''
      while (next !== null) {
        const page: { items: Fault[]; next: string | null } = await list(
          `${query}&limit=4${next === '' ? '' : `&next=${next}`}`,
        )
        paged.push(...page.items.map((it) => it.id))
        next = page.next
      }
      expect(paged).toEqual(whole)
    }
    const odd = await hub.call('GET', `faults?next=nonsense`)
    expect([odd.status, Problem.parse(odd.body).code]).toEqual([400, 'input/invalid'])
  })

  test('a customer sees, and acts on, its own only', async () => {
    await tell(event({ cause: 'cam-1' }))
    const [fault] = (await list(`site=${site}`)).items
    const { key } = await hub.newKey(['read', 'operate'], 'other')
    const call = hub.callWith(key)
    expect(FaultList.parse((await call('GET', 'faults')).body).items).toEqual([])
    expect((await call('GET', `faults?site=${site}`)).status).toBe(404)
    expect((await call('GET', `faults/${fault?.id}`)).status).toBe(404)
    expect((await call('POST', `faults/${fault?.id}/acknowledge`, {})).status).toBe(404)
    expect((await call('POST', `faults/${fault?.id}/notes`, { note: 'x' })).status).toBe(404)
    const reader = hub.callWith((await hub.newKey(['read'], 'acme')).key)
    expect((await reader('POST', `faults/${fault?.id}/acknowledge`, {})).status).toBe(403)
    const byHand = { level: 'L1', reason: 'x' }
    expect((await call('PUT', `faults/${fault?.id}/level`, byHand)).status).toBe(404)
    expect((await reader('PUT', `faults/${fault?.id}/level`, byHand)).status).toBe(403)
  })
})

describe('one fault', () => {
  test('says how the cause leads to each device that it affects', async () => {
    await tell(event({ cause: 'core', level: 'L1', affected: ['cam-1', 'cam-2', 'edge'] }))
    const fault = await detail((await list(`site=${site}`)).items[0])
    expect(fault).toMatchObject({ siteName: expect.stringContaining('Tower'), deviceName: 'Core switch' })
    expect(fault.chains).toEqual([
      { device: 'cam-1', path: ['core', 'edge', 'cam-1'] },
      { device: 'cam-2', path: ['core', 'edge', 'cam-2'] },
      { device: 'edge', path: ['core', 'edge'] },
    ])
    expect((await hub.call('GET', `devices/${site}:cam-1`)).body).toMatchObject({ level: null, affectedBy: ['core'] })
    expect((await hub.call('GET', `devices/${site}:core`)).body).toMatchObject({ level: 'L1', affectedBy: [] })
  })

  test('is acknowledged by the first, and noted by all', async () => {
    await tell(event({ cause: 'cam-1' }))
    const [open] = (await list(`site=${site}`)).items
    const first = await hub.call('POST', `faults/${open?.id}/acknowledge`, { note: 'on my way' })
    expect(first.body).toMatchObject({ acknowledged: { note: 'on my way' } })
    time += 1000
    await hub.call('POST', `faults/${open?.id}/acknowledge`, { note: 'me too' })
    await hub.call('POST', `faults/${open?.id}/notes`, { note: 'power supply' })
    const fault = await detail(open)
    expect(fault.acknowledged).toMatchObject({ note: 'on my way' })
    expect(fault.history.map((it) => [it.event, it.note])).toEqual([
      ['opened', null],
      ['acknowledged', 'on my way'],
      ['acknowledged', 'me too'],
      ['note', 'power supply'],
    ])
    expect((await hub.call('POST', `faults/${open?.id}/notes`, { note: ' ' })).status).toBe(400)
    expect((await hub.call('POST', `faults/nothing/notes`, { note: 'x' })).status).toBe(404)
  })

  test('has the level that a person sets, with the judged one beside it, until it is freed', async () => {
    await tell(event({ cause: 'cam-1' }))
    const [open] = (await list(`site=${site}`)).items
    const level = (body: unknown) => hub.call('PUT', `faults/${open?.id}/level`, body)
    expect((await level({ level: 'L1' })).status).toBe(400)
    expect((await level({ level: null, reason: 'as it was' })).status).toBe(409)
    const set = await level({ level: 'L1', reason: 'the only camera at the till' })
    expect(set.body).toMatchObject({
      level: 'L1',
      incident: open?.id,
      levelByHand: { judged: 'L3', reason: 'the only camera at the till' },
    })
    expect(await summary()).toMatchObject({ worstLevel: 'L1' })
    // What the agent tells meanwhile changes the judged level alone.
    await tell(event({ cause: 'cam-1', at: time + 10, event: 'changed', level: 'L2' }))
    expect((await list(`site=${site}&level=L1`)).items).toMatchObject([{ levelByHand: { judged: 'L2' } }])
    const freed = await level({ level: null, reason: 'the till is closed' })
    expect(freed.body).toMatchObject({ level: 'L2', incident: null, levelByHand: null })
    expect((await detail(open)).history.map((it) => [it.event, it.level, it.note])).toEqual([
      ['opened', 'L3', null],
      ['level-set', 'L1', 'the only camera at the till'],
      ['level-freed', null, 'the till is closed'],
      ['changed', 'L2', null],
    ])
    await tell(event({ cause: 'cam-1', at: time + 20, event: 'closed', level: 'L2' }))
    expect((await level({ level: 'L1', reason: 'too late' })).status).toBe(409)
  })

  test('told twice, late or in the wrong order, it is filed at its own times, once', async () => {
    const [opened, changed, closed] = [
      event({ cause: 'cam-1', at: time }),
      event({ cause: 'cam-1', at: time + 10, event: 'changed', level: 'L2' }),
      event({ cause: 'cam-1', at: time + 20, event: 'closed', level: 'L2' }),
    ]
    await tell(closed, changed)
    await tell(changed, opened, closed)
    const { items } = await list(`site=${site}&state=all`)
    const fault = await detail(items[0])
    expect(items).toHaveLength(1)
    expect(fault).toMatchObject({ openedAt: new Date(time).toISOString(), closedAt: new Date(time + 20).toISOString() })
    expect(fault.history.map((it) => it.event)).toEqual(['opened', 'changed', 'closed'])
  })

  test('one whose end was lost ends when the device has a new one', async () => {
    await tell(event({ cause: 'cam-1', at: time }))
    await tell(event({ cause: 'cam-1', fault: 'cam-1@2', at: time + 60_000 }))
    expect((await list(`site=${site}`)).items.map((it) => it.id)).toEqual([`${site}~cam-1~2`])
    const [closed] = (await list(`site=${site}&state=closed`)).items
    expect(closed).toMatchObject({ id: `${site}~cam-1~1`, closedAt: new Date(time + 60_000).toISOString() })
  })

  test('under maintenance it says so', async () => {
    await tell(event({ cause: 'cam-1' }), event({ cause: 'cam-2' }))
    const window = {
      devices: ['cam-1'],
      from: new Date(time - 1000).toISOString(),
      to: new Date(time + 1000).toISOString(),
    }
    expect((await hub.call('POST', `sites/${site}/maintenance`, window)).status).toBe(200)
    const { items } = await list(`site=${site}`)
    expect(new Map(items.map((it) => [it.device, it.maintenance]))).toEqual(
      new Map([
        ['cam-1', true],
        ['cam-2', false],
      ]),
    )
  })
})

test('a site shows its worst level, its counts and what its functions can do', async () => {
  await tell(
    ...['core', 'edge', 'cam-1', 'cam-2'].map((it) => state(it, it === 'cam-1' ? 'down' : 'up')),
    event({ cause: 'cam-1', level: 'L3' }),
    event({ cause: 'edge', kind: 'degraded', level: 'L4' }),
  )
  expect(await summary()).toMatchObject({
    worstLevel: 'L3',
    faults: { L1: 0, L2: 0, L3: 1, L4: 1 },
    devices: { up: 3, down: 1 },
  })
  const shown = SiteDetail.parse((await hub.call('GET', `sites/${site}`)).body)
  expect(shown.capabilities).toEqual([
    { function: 'cctv/view', name: 'View', system: 'cctv', essential: true, paralysedBelow: 0.5, value: 0.5 },
  ])
  await tell(
    state('edge', 'down', time + 1),
    event({ cause: 'edge', kind: 'down', level: 'L1', at: time + 1, event: 'changed' }),
  )
  const paralysed = SiteDetail.parse((await hub.call('GET', `sites/${site}`)).body)
  expect(paralysed).toMatchObject({ worstLevel: 'L1', capabilities: [{ value: 0 }] })
})

describe('a silent site', () => {
  let earlier: string
  beforeEach(async () => {
    await tell(
      ...['core', 'edge', 'cam-1'].map((it) => state(it, 'up')),
      state('cam-2', 'down'),
      event({ cause: 'cam-2' }),
    )
    // Past the hub's own start.
    time += 60_000
    earlier = await newSite()
    await send(hub, await enrolledAgent(hub, earlier), [], { sentAt: time })
    time += 1000
    await tell()
    time += 44_000
  })
  const unreachable = async () => (await list(`site=${site}`)).items.filter((it) => it.kind === 'site-unreachable')

  test('is a fault 45 s after its last word; its devices are unknown; it ends when the agent speaks', async () => {
    // Another site's fault, whose agent fell silent a second before, shows that silence was looked for.
    await until('the other', async () => (await list(`site=${earlier}`)).items.length === 1, soon)
    expect(await unreachable()).toEqual([])
    time += 1000
    const [fault] = await until(
      'the fault',
      async () => {
        const found = await unreachable()
        return found.length === 1 && found
      },
      soon,
    )
    expect(fault).toMatchObject({ level: 'L2', device: null, openedAt: new Date(time).toISOString() })
    expect(fault?.reason.en).toContain(agent.id)
    // As the site's clock shows it, which is that of Shanghai where nothing else is said.
    expect(fault?.reason.en).toMatch(/last word was at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(Asia\/Shanghai\)/)
    expect(await states()).toEqual({ core: 'unknown', edge: 'unknown', 'cam-1': 'unknown', 'cam-2': 'unknown' })
    expect((await list(`site=${site}`)).items.map((it) => it.kind).sort()).toEqual(['down', 'site-unreachable'])
    expect(await summary()).toMatchObject({ agent: { state: 'silent' }, devices: { unknown: 4 } })

    // What it saw meanwhile is filed at the time at which it happened.
    const meanwhile = time - 30_000
    time += 10_000
    await tell(state('cam-1', 'down', meanwhile), event({ cause: 'cam-1', at: meanwhile }))
    expect(await unreachable()).toEqual([])
    expect(await states()).toEqual({ core: 'up', edge: 'up', 'cam-1': 'down', 'cam-2': 'down' })
    const open = (await list(`site=${site}`)).items
    expect(open.find((it) => it.device === 'cam-1')?.openedAt).toBe(new Date(meanwhile).toISOString())
    expect((await summary())?.agent.state).toBe('connected')
  })

  test('ends also when only its link is back', async () => {
    time += 1000
    await until('the fault', async () => (await unreachable()).length === 1, soon)
    const link = await openLink(hub, agent)
    await until('its end', async () => (await unreachable()).length === 0, soon)
    link.end()
    expect(await states()).toMatchObject({ core: 'up', 'cam-2': 'down' })
  })

  test('is no fault while the whole site is under maintenance', async () => {
    const window = { from: new Date(time).toISOString(), to: new Date(time + 3_600_000).toISOString() }
    expect((await hub.call('POST', `sites/${site}/maintenance`, window)).status).toBe(200)
    time += 50_000
    await until('the other', async () => (await list(`site=${earlier}`)).items.length === 1, soon)
    expect(await unreachable()).toEqual([])
    time += 3_600_000
    await until('the fault at its end', async () => (await unreachable()).length === 1, soon)
  })
})

test('revoking the agent ends what nobody watches any more', async () => {
  await tell(state('cam-1', 'down'), event({ cause: 'cam-1' }))
  await hub.call('POST', `agents/${agent.id}/revoke`)
  await until('no open fault', async () => (await list(`site=${site}`)).items.length === 0, soon)
  expect(await states()).toMatchObject({ 'cam-1': 'unknown' })
})
