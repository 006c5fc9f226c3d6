import {
  ApplyResult,
  DeviceDetail,
  DeviceList,
  ImportResult,
  MaintenanceEntryList,
  SiteDetail,
  SiteInput,
  SiteList,
} from '@steward/shared/api'
import { MaintenanceWindow } from '@steward/shared/model'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { asking } from './hub-requests.ts'
import { type Answer, type StartedHub, startHub } from './started-hub.ts'
import { enrolledAgent, openLink } from './wire-agent.ts'

let hub: StartedHub
let time = Date.now()
let count = 0
/** a site of its own for each test */
let site = ''

const systems = [{ id: 'cctv', kind: 'cctv', functions: [{ id: 'view', essential: true, paralysedBelow: 0.5 }] }]
const core = { id: 'core-1', kind: 'switch', address: '10.0.0.1', connections: [{ driver: 'snmp' }] }
const camera = {
  id: 'cam-1',
  kind: 'camera',
  address: '10.0.0.7',
  connections: [{ driver: 'onvif' }],
  serves: [{ function: 'cctv/view', weight: 3 }],
  needs: [['core-1']],
}

beforeEach(async () => {
  hub ??= await startHub({ now: () => time })
  count += 1
  site = `site-${count}`
  await apply({ customers: [{ id: 'north', name: 'North' }], sites: [{ ...siteOf(site), devices: [core, camera] }] })
})
afterAll(() => hub.stop())

const siteOf = (id: string) => ({ id, name: `Site ${id}`, customer: 'north', systems })

async function apply(document: object, dryRun = false) {
  const answer = await hub.call('POST', `apply?dryRun=${dryRun}`, document)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return ApplyResult.parse(answer.body).changes.map((it) => `${it.action} ${it.kind} ${it.id}`)
}

function refused(answer: Answer, status: number, line: RegExp): void {
  expect(answer).toMatchObject({ status, body: { detail: expect.stringMatching(line) } })
}

const device = async (id: string) => DeviceDetail.parse((await hub.call('GET', `devices/${site}:${id}`)).body)

describe('apply', () => {
  test('shows the difference and changes nothing with dryRun, then makes it so, then has nothing to do', async () => {
    const document = {
      sites: [{ ...siteOf(site), name: 'Renamed', devices: [camera, { ...camera, id: 'cam-2', address: '10.0.0.8' }] }],
    }
    const expected = [`update site ${site}`, 'unchanged device cam-1', 'create device cam-2']
    expect(await apply(document, true)).toEqual(expected)
    expect(SiteDetail.parse((await hub.call('GET', `sites/${site}`)).body).name).toBe(`Site ${site}`)
    expect(await apply(document)).toEqual(expected)
    expect(await apply(document)).toEqual([
      `unchanged site ${site}`,
      'unchanged device cam-1',
      'unchanged device cam-2',
    ])
    expect(await device('core-1')).toMatchObject({ id: 'core-1', neededBy: ['cam-1', 'cam-2'] })
  })

  test('is all or nothing, and says what does not fit', async () => {
    const wrong: [object[], RegExp][] = [
      [[{ ...camera, needs: [['core-9']] }], /device cam-1: needs "core-9", which is no device/],
      [[{ ...camera, serves: [{ function: 'cctv/look' }] }], /device cam-1: serves "cctv\/look"/],
      [[camera, camera], /device cam-1: stands there twice/],
      [[{ ...camera, needs: [['cam-1']] }], /needs itself/],
      [[{ id: 'x', connections: [{ driver: 'tcp', port: 80 }] }], /device x: .* no address/],
      [[{ ...core, connections: [{ driver: 'snmp', version: 'v3' }] }], /device core-1: SNMPv3 needs a user/],
      [[{ id: 'x', address: '10.0.0' }], /devices\.1\.address: not an address/],
      [[{ ...core, connections: [{ driver: 'telnet' }] }], /connections\.0\.driver: not a driver, write snmp/],
    ]
    for (const [devices, line] of wrong) {
      const document = { sites: [{ ...siteOf(site), name: 'Half', devices: [{ id: 'new-1' }, ...devices] }] }
      refused(await hub.call('POST', 'apply', document), 400, line)
    }
    expect(SiteDetail.parse((await hub.call('GET', `sites/${site}`)).body).name).toBe(`Site ${site}`)
    expect((await hub.call('GET', `devices/${site}:new-1`)).status).toBe(404)
    refused(await hub.call('POST', 'apply', { sites: [{ ...siteOf('s'), customer: 'who' }] }), 400, /no customer "who"/)
  })
})

describe('forms', () => {
  test('a site is read as it is configured, and written back unchanged', async () => {
    const before = SiteInput.parse((await hub.call('GET', `sites/${site}/input`)).body)
    const { id, ...body } = before
    expect((await hub.call('PUT', `sites/${id}`, body)).status).toBe(200)
    expect((await hub.call('GET', `sites/${site}/input`)).body).toEqual(before)
    const less = await hub.call('PUT', `sites/${site}`, { ...body, systems: [] })
    refused(less, 400, /device cam-1: serves "cctv\/view"/)
    refused(
      await hub.call('PUT', `sites/${site}`, { ...body, timezone: 'Mars/Base' }),
      400,
      /timezone: not a time zone/,
    )
  })

  test('a device that others need stays; a removed one is gone', async () => {
    refused(await hub.call('DELETE', `sites/${site}/devices/core-1`), 409, /cam-1 need "core-1"/)
    expect((await hub.call('DELETE', `sites/${site}/devices/cam-1`)).status).toBe(200)
    expect((await hub.call('DELETE', `sites/${site}/devices/core-1`)).status).toBe(200)
    expect((await hub.call('GET', `devices/${site}:core-1`)).status).toBe(404)
  })

  test('a customer with sites stays; a removed site leaves nothing to the next one of its name', async () => {
    refused(await hub.call('DELETE', 'customers/north'), 409, /still has sites/)
    const agent = await enrolledAgent(hub, site)
    const link = await openLink(hub, agent)
    expect((await hub.call('DELETE', `sites/${site}`)).status).toBe(200)
    expect((await link.closed).code).toBeGreaterThan(0)
    await hub.call('PUT', 'customers/south', { name: 'South' })
    await hub.call('PUT', `sites/${site}`, { name: 'Again', customer: 'south' })
    const again = SiteDetail.parse((await hub.call('GET', `sites/${site}`)).body)
    expect(again).toMatchObject({ devices: { total: 0 }, agent: { state: 'none' }, worstLevel: null })
    await hub.call('DELETE', `sites/${site}`)
  })

  test('many devices are switched off and on; what needs them still fits', async () => {
    const agent = await enrolledAgent(hub, site)
    const link = await openLink(hub, agent)
    await expect.poll(() => link.configs.length).toBe(1)
    const bulk = (enabled: boolean) =>
      hub.call('POST', `sites/${site}/devices/bulk`, { devices: ['core-1', 'nobody'], enabled })
    expect((await bulk(false)).body).toEqual({ changed: 1 })
    expect((await bulk(false)).body).toEqual({ changed: 0 })
    await expect.poll(() => link.configs.at(-1)?.devices).toMatchObject([{ id: 'cam-1', needs: [] }])
    expect((await device('core-1')).config.enabled).toBe(false)
    await bulk(true)
    await expect.poll(() => link.configs.at(-1)?.devices.length).toBe(2)
    expect(link.configs.at(-1)?.revision).toBe(link.configs[0]?.revision)
    link.end()
  })
})

describe('lists', () => {
  test('devices are found by site, kind, system, state, name, address; pages follow each other', async () => {
    const found = async (query: string) =>
      DeviceList.parse((await hub.call('GET', `devices?site=${site}&${query}`)).body).items.map((it) => it.id)
    expect(await found('')).toEqual(['cam-1', 'core-1'])
    expect(await found('kind=camera')).toEqual(['cam-1'])
    expect(await found('system=cctv')).toEqual(['cam-1'])
    expect(await found('system=cct')).toEqual([])
    expect(await found('state=up')).toEqual([])
    expect(await found('q=10.0.0.1')).toEqual(['core-1'])
    expect(await found('q=CAM')).toEqual(['cam-1'])
    for (const q of ['%25', '_', "'", '%5C']) expect(await found(`q=${q}`)).toEqual([])
    const first = DeviceList.parse((await hub.call('GET', `devices?site=${site}&limit=1`)).body)
    expect(first.items.map((it) => it.id)).toEqual(['cam-1'])
    const second = await hub.call('GET', `devices?site=${site}&limit=1&next=${first.next}`)
    expect(DeviceList.parse(second.body)).toMatchObject({ items: [{ id: 'core-1' }], next: null })
    refused(await hub.call('GET', 'devices?limit=0'), 400, /^limit: /)
    refused(await hub.call('GET', 'devices?state=broken'), 400, /^state: /)
  })

  test('sites come in pages as well', async () => {
    const ids: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const query: string = next === '' ? '' : `&next=${next}`
      const page: z.output<typeof SiteList> = SiteList.parse((await hub.call('GET', `sites?limit=2${query}`)).body)
      ids.push(...page.items.map((it) => it.id))
      next = page.next
    }
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toContain(site)
  })
})

describe('maintenance', () => {
  test('covers its devices while it runs, and goes to the agent', async () => {
    const link = await openLink(hub, await enrolledAgent(hub, site))
    const at = (hours: number) => new Date(time + hours * 3_600_000).toISOString()
    const body = { devices: ['cam-1'], from: at(1), to: at(2), reason: 'new lens' }
    const made = await hub.call('POST', `sites/${site}/maintenance`, body)
    const { id } = MaintenanceWindow.parse(made.body)
    expect((await device('cam-1')).maintenance).toBe(false)
    time += 3_600_000
    expect((await device('cam-1')).maintenance).toBe(true)
    expect((await device('core-1')).maintenance).toBe(false)
    await expect.poll(() => link.configs.at(-1)?.maintenance).toMatchObject([{ id, devices: ['cam-1'] }])
    await hub.call('DELETE', `sites/${site}/maintenance/${id}`)
    expect((await device('cam-1')).maintenance).toBe(false)
    await expect.poll(() => link.configs.at(-1)?.maintenance).toEqual([])
    link.end()
    refused(await hub.call('POST', `sites/${site}/maintenance`, { ...body, to: at(-3) }), 400, /^to: the end/)
    refused(await hub.call('POST', `sites/${site}/maintenance`, { ...body, devices: ['x'] }), 400, /"x" is no device/)
    refused(await hub.call('POST', `sites/${site}/maintenance`, { ...body, systems: ['x'] }), 400, /"x" is no system/)
    refused(await hub.call('POST', `sites/${site}/maintenance`, { devices: [] }), 400, /either from and to, or repeats/)
  })

  const path = () => `sites/${site}/maintenance`
  const listed = async () => {
    const { items } = MaintenanceEntryList.parse((await hub.call('GET', `maintenance?site=${site}`)).body)
    return items
  }
  const until = (local: string): void => {
    time = Date.parse(`${local}+08:00`)
  }

  test('recurs by the clock of the site, ends early for once, and comes again', async () => {
    until('2026-11-27T12:00:00')
    const nightly = { every: 'week', days: [5, 6], fromTime: '22:00', toTime: '02:00' }
    const made = await hub.call('POST', path(), { systems: ['cctv'], repeats: nightly, reason: 'backup' })
    const { id } = MaintenanceWindow.parse(made.body)
    refused(await hub.call('POST', `${path()}/${id}/end`), 409, /Nothing of this/)
    until('2026-11-27T22:00:00')
    expect((await device('cam-1')).maintenance).toBe(true)
    expect((await device('core-1')).maintenance).toBe(false)
    until('2026-11-28T01:00:00')
    expect((await hub.call('POST', `${path()}/${id}/end`)).status).toBe(200)
    expect((await device('cam-1')).maintenance).toBe(false)
    until('2026-11-28T22:00:00')
    expect((await device('cam-1')).maintenance).toBe(true)
    const config = await hub.call('GET', path())
    expect(config.body).toMatchObject({ items: [{ id, repeats: nightly, cuts: ['2026-11-27T17:00:00.000Z'] }] })
    expect(await listed()).toMatchObject([{ id, site, timezone: 'Asia/Shanghai', reason: 'backup' }])
  })

  test('that has begun keeps what it covered when it is changed or taken away', async () => {
    until('2026-11-27T12:00:00')
    const daily = { every: 'date', dates: ['2026-11-27', '2026-11-29'], fromTime: '13:00', toTime: '15:00' }
    const made = await hub.call('POST', path(), { devices: ['cam-1'], repeats: daily })
    const { id } = MaintenanceWindow.parse(made.body)
    until('2026-11-27T14:00:00')
    const changed = { devices: ['core-1'], repeats: { ...daily, toTime: '16:00' } }
    expect((await hub.call('PUT', `${path()}/${id}`, changed)).status).toBe(200)
    expect([(await device('cam-1')).maintenance, (await device('core-1')).maintenance]).toEqual([false, true])
    const windows = await listed()
    expect(windows.map((it) => [it.id === id, it.devices, it.repeats?.since, it.repeats?.until])).toEqual([
      [false, ['cam-1'], '2026-11-27T04:00:00.000Z', '2026-11-27T06:00:00.000Z'],
      [true, ['core-1'], '2026-11-27T06:00:00.000Z', undefined],
    ])
    until('2026-11-27T18:00:00')
    expect((await hub.call('DELETE', `${path()}/${id}`)).status).toBe(200)
    expect(await listed()).toHaveLength(2)
    until('2026-11-29T14:00:00')
    expect((await device('core-1')).maintenance).toBe(false)
    refused(await hub.call('PUT', `${path()}/${id}`, changed), 409, /is over/)
    expect((await hub.call('DELETE', `${path()}/${id}`)).status).toBe(200)
    expect(await listed()).toHaveLength(1)
    until('2026-11-29T16:00:00')
    refused(await hub.call('POST', path(), changed), 400, /never takes place/)
  })
})

describe('import from CSV', () => {
  const send = async (csv: string, dryRun: boolean) =>
    ImportResult.parse((await hub.call('POST', `sites/${site}/devices/import`, { csv, dryRun })).body)

  test('the template is a table that can be imported', async () => {
    const ask = asking(hub, { authorization: `Bearer ${hub.apiKey}` })
    const template = (await ask('GET', '/api/v1/import/template')).text
    expect(template.split('\n')[0]).toBe('id,name,kind,address,driver,port,user,serves,needs,agent,location,note')
    expect((await send(template, true)).errors.map((it) => it.message)).toEqual([
      expect.stringContaining('network/lan'),
      expect.stringContaining('core-2'),
    ])
  })

  test('is shown first, then done', async () => {
    const csv =
      '\uFEFFID;Name;Address;Driver;Serves;Needs\ncam-8;"Lobby; left";10.0.0.9;onvif;cctv/view;core-1|cam-1\n\n'
    const preview = await send(csv, true)
    expect(preview).toMatchObject({ dryRun: true, errors: [], changes: [{ action: 'create', id: 'cam-8' }] })
    expect((await hub.call('GET', `devices/${site}:cam-8`)).status).toBe(404)
    expect((await send(csv, false)).dryRun).toBe(false)
    expect((await device('cam-8')).config).toMatchObject({
      name: 'Lobby; left',
      connections: [{ driver: 'onvif', port: 80 }],
      needs: [['core-1', 'cam-1']],
    })
    expect((await send(csv, false)).changes.map((it) => it.action)).toEqual(['unchanged'])
  })

  test('leaves alone what the table has no column for', async () => {
    const before = (await device('cam-1')).config
    await send('id,name\ncam-1,Renamed\n', false)
    expect((await device('cam-1')).config).toEqual({ ...before, name: 'Renamed' })
    await send('id,driver,port,serves\ncam-1,onvif,8080,cctv/view\n', false)
    const after = (await device('cam-1')).config
    expect(after).toEqual({ ...before, name: 'Renamed', connections: [{ ...before.connections[0], port: 8080 }] })
  })

  test('names every wrong cell with its line, and takes nothing', async () => {
    const header = 'id,kind,address,driver,port,serves,needs'
    const lines = [
      'ok-1,camera,10.0.0.20,onvif,,cctv/view,core-1',
      'Bad Id,camera,,,,,',
      'cam-3,kamera,,,,,',
      'cam-4,camera,10.0.0.300,onvif,,,',
      'cam-5,camera,10.0.0.21,telnet,,,',
      'cam-6,camera,10.0.0.22,onvif,99999,,',
      'ok-1,camera,,,,,',
      'cam-7,camera,10.0.0.23,onvif,,cctv/look,core-9',
      'cam-8,camera,,onvif,,,',
    ]
    const { errors, changes, dryRun } = await send([header, ...lines].join('\n'), false)
    expect(errors.map((it) => `${it.line} ${it.column}`)).toEqual([
      '3 id',
      '4 kind',
      '5 address',
      '6 driver',
      '7 port',
      '8 id',
      '9 serves',
      '9 needs',
      '10 address',
    ])
    expect({ changes, dryRun }).toEqual({ changes: [], dryRun: true })
    expect((await hub.call('GET', `devices/${site}:ok-1`)).status).toBe(404)
  })

  test('a text that is no table is one clear line', async () => {
    const wrong: [string, string, RegExp][] = [
      ['', '', /^$/],
      ['id,colour\nx,red\n', '1 colour', /unknown column; there are: id, name/],
      ['name\nx\n', '1 id', /"id" is missing/],
      ['id,name\nx\n', '2 ', /columns/i],
      ['id,name\n"x,y\n', '2 ', /quote/i],
    ]
    for (const [csv, place, message] of wrong) {
      const { errors } = await send(csv, false)
      if (place === '') expect(errors).toEqual([])
      else expect(errors).toMatchObject([{ message: expect.stringMatching(message) }])
      expect(errors.map((it) => `${it.line} ${it.column}`)).toEqual(place === '' ? [] : [place])
    }
  })

  test('a table of thousands is taken', async () => {
    const rows = Array.from(
      { length: 5000 },
      (_, i) => `dev-${i},camera,10.1.${i >> 8}.${i & 255},onvif,,cctv/view,core-1`,
    )
    const csv = ['id,kind,address,driver,port,serves,needs', ...rows].join('\n')
    const result = await send(csv, false)
    expect(result.errors).toEqual([])
    expect(result.changes).toHaveLength(5000)
  })
})
