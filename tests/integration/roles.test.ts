import { type Permission, permissionsOf } from '@steward/shared/model'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Ask, addPerson, asking, askingAs, type Method } from './hub-requests.ts'
import { type Rights, routeRights, type Things } from './route-rights.ts'
import { type StartedHub, startHub } from './started-hub.ts'
import { enrolledAgent, send } from './wire-agent.ts'

type Who = { name: string; ask: Ask; permissions: readonly Permission[]; within: 'all' | 'north' | 'nothing' }

const password = 'correct horse battery'
const everything: Permission[] = ['read', 'operate', 'configure', 'connect', 'administer']
const Document = z.object({
  openapi: z.string(),
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ summary: z.string(), tags: z.array(z.string()).min(1) })),
  ),
})
const WithId = z.object({ id: z.string() })
const Items = z.object({ items: z.array(z.object({ id: z.string() }).loose()) })

let hub: StartedHub
let routes: { key: string; method: Method; path: string }[]
let people: Who[]
let north: Things
let south: Things
const nothing: Things = {
  customer: 'nobody',
  site: 'nowhere',
  device: 'nowhere:none',
  window: 'none',
  silence: 'none',
  recipient: 'none',
  person: 'none',
  invitation: 'none',
  apiKey: 'none',
  enrolment: '00000000-0000-4000-8000-000000000000',
  agent: 'none',
  fault: 'nowhere~none',
}

/** A customer with one of everything; every name of it has the customer's in it. */
async function makeCustomer(customer: string): Promise<Things> {
  const site = `${customer}-1`
  const systems = [{ id: 'cctv', kind: 'cctv', functions: [{ id: 'view', essential: true, paralysedBelow: 0.5 }] }]
  const devices = ['cam-1', 'nvr-1'].map((it) => ({
    id: it,
    name: `${customer} ${it}`,
    address: '192.0.2.7',
    serves: [{ function: 'cctv/view' }],
  }))
  const applied = await hub.call('POST', 'apply', {
    customers: [{ id: customer, name: `${customer} ltd` }],
    sites: [{ id: site, name: `${customer} one`, customer, systems, devices }],
  })
  expect(applied.status, JSON.stringify(applied.body)).toBe(200)
  const make = async (path: string, body: unknown): Promise<string> => {
    const made = await hub.call('POST', path, body)
    expect(made.status, `${path} ${JSON.stringify(made.body)}`).toBe(200)
    return WithId.parse(made.body).id
  }
  const memberships = [{ role: 'customer', customer }]
  await addPerson(hub, { name: `${customer} boss`, email: `boss@${customer}.example`, password, memberships })
  const known = Items.parse((await hub.call('GET', 'people')).body).items
  return {
    customer,
    site,
    device: `${site}:cam-1`,
    window: await make(`sites/${site}/maintenance`, {
      from: '2030-01-01T00:00:00Z',
      to: '2030-01-02T00:00:00Z',
      reason: `${customer} works`,
    }),
    silence: await make('silences', {
      scope: { kind: 'customer', customer },
      to: new Date(Date.now() + 3_600_000).toISOString(),
      reason: `${customer} is quiet`,
    }),
    recipient: await make('alerts/recipients', {
      name: `${customer} duty`,
      target: { channel: 'email', to: `duty@${customer}.example` },
      sites: [site],
    }),
    person: known.find((it) => it.email === `boss@${customer}.example`)?.id ?? '',
    invitation: await make('invitations', { email: `new@${customer}.example`, memberships }),
    apiKey: await make('api-keys', { name: `${customer} key`, scopes: ['read'], customer }),
    ...(await makeAgent(customer, site)),
  }
}

/** An agent that has told of a value, a state and a fault. */
async function makeAgent(customer: string, site: string): Promise<Pick<Things, 'agent' | 'enrolment' | 'fault'>> {
  const agent = await enrolledAgent(hub, site)
  const at = Date.now() - 60_000
  const reason = { zh: `${customer} 中断`, en: `${customer} is down` }
  const device = 'cam-1'
  const point = { id: 'load', class: 'load', name: `${customer} load`, unit: '%' }
  const opened = { at, fault: `${device}@${at}`, event: 'opened', cause: device, kind: 'down', level: 'L3', reason }
  const records = [
    { type: 'points', at, device, points: [point] },
    { type: 'samples', at, device, values: { load: 42 } },
    { type: 'state', at, device, state: 'down', reason },
    { type: 'fault', at, event: { ...opened, affected: [], functions: { 'cctv/view': 0.5 }, incident: null } },
    { type: 'problem', at, key: 'p', code: 'driver/protocol', device, message: `${customer} problem` },
  ]
  const receipt = await send(hub, agent, records)
  expect(receipt.rejected).toEqual([])
  const first = async (path: string) => Items.parse((await hub.call('GET', `${path}?site=${site}`)).body).items[0]?.id
  return { agent: agent.id, enrolment: (await first('enrolments')) ?? '', fault: (await first('faults')) ?? '' }
}

/** Everything of a customer as the administrator sees it, without what looking at it changes. */
async function worldOf(it: Things): Promise<string> {
  const paths = [
    `sites/${it.site}`,
    `sites/${it.site}/input`,
    `sites/${it.site}/maintenance`,
    `maintenance?site=${it.site}`,
    `silences?site=${it.site}`,
    `devices?site=${it.site}`,
    'alerts/recipients',
    'people',
    'invitations',
    'api-keys',
    'customers',
    `enrolments?site=${it.site}`,
    `agents?site=${it.site}`,
    `faults?site=${it.site}`,
    `devices/${it.device}`,
    `devices/${it.device}/points`,
  ]
  const answers = await Promise.all(paths.map((path) => hub.call('GET', path)))
  return JSON.stringify(answers, (key, value) => (/^(lastSeenAt|lastUsedAt)$/.test(key) ? undefined : value), 1)
}

async function makePeople(): Promise<Who[]> {
  const person = async (name: string, role: keyof typeof permissionsOf, customer: string | null): Promise<Who> => {
    const email = `${name.replaceAll(' ', '-')}@steward.example`
    await addPerson(hub, { name, email, password, memberships: [{ role, customer }] })
    const within = customer === null ? 'all' : 'north'
    return { name, within, permissions: permissionsOf[role], ask: await askingAs(hub, email, password) }
  }
  const key = async (permissions: Permission[], customer?: string): Promise<Who> => {
    const made = await hub.newKey(permissions, customer)
    const within = customer === undefined ? 'all' : 'north'
    const name = `key for ${permissions.join(', ')} (${within})`
    return { name, within, permissions, ask: asking(hub, { authorization: `Bearer ${made.key}` }) }
  }
  const withdrawn = await hub.newKey(everything)
  await hub.call('DELETE', `api-keys/${withdrawn.id}`)
  const bearer = (it: string) => asking(hub, { authorization: `Bearer ${it}` })
  const outsider = (name: string, ask: Ask): Who => ({ name, ask, permissions: [], within: 'nothing' })
  return [
    outsider('nobody', asking(hub)),
    outsider('a key that was made up', bearer(`stw_${'A'.repeat(43)}`)),
    outsider('a key that was withdrawn', bearer(withdrawn.key)),
    await person('engineer', 'engineer', null),
    await person('dispatcher', 'dispatcher', null),
    await person('administrator', 'administrator', null),
    await person('engineer of north', 'engineer', 'north'),
    await person('administrator of north', 'administrator', 'north'),
    {
      name: 'customer',
      within: 'north',
      permissions: ['read'],
      ask: await askingAs(hub, 'boss@north.example', password),
    },
    ...(await Promise.all(everything.map((it) => key([it])))),
    await key(['read'], 'north'),
    await key(everything, 'north'),
  ]
}

function filled(path: string, rights: Rights, of: Things): string {
  const parts = rights.path?.(of) ?? {}
  const whole = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parts[name] ?? 'MISSING'))
  return rights.query === undefined ? whole : `${whole}?${rights.query(of)}`
}

function rightsOf(key: string): Rights {
  const rights = routeRights[key]
  if (rights === undefined) throw new Error(`${key} is not in route-rights.ts`)
  return rights
}

const Told = z.object({ status: z.int(), code: z.string() })

function parsed(text: string): unknown {
  return text.startsWith('{') ? JSON.parse(text) : null
}

function line(who: Who, key: string, status: number, text: string): string {
  return `${who.name}: ${key} → ${status} ${text.slice(0, 300)}`
}

/** May it, with things that are its own or nobody's? */
function may(who: Who, { needs, company }: Rights): boolean {
  if (needs === 'public' || needs === 'identity') return true
  if (who.within === 'nothing') return false
  if (needs === 'signed-in') return true
  return who.permissions.includes(needs) && (company !== true || who.within === 'all')
}

beforeAll(async () => {
  hub = await startHub()
  south = await makeCustomer('south')
  north = await makeCustomer('north')
  for (const it of [south, north]) expect(Object.values(it)).not.toContain('')
  people = await makePeople()
  const document = Document.parse(JSON.parse((await asking(hub)('GET', '/api/openapi.json')).text))
  expect(document.openapi).toMatch(/^3\.1/)
  routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((it) => ({ method: methodOf(it), path, key: `${it.toUpperCase()} ${path}` })),
  )
})

afterAll(async () => {
  await hub.stop()
})

function methodOf(word: string): Method {
  return z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH']).parse(word.toUpperCase())
}

test('every route of the document is written down here, and no other', () => {
  expect(routes.map((it) => it.key).sort()).toEqual(Object.keys(routeRights).sort())
})

describe('every route, by everybody', () => {
  test('who may not is told so, and nothing happens', async () => {
    const before = await worldOf(north)
    const wrong: string[] = []
    for (const { key, method, path } of routes) {
      const rights = rightsOf(key)
      for (const who of people.filter((it) => !may(it, rights))) {
        const body = method === 'GET' ? undefined : (rights.body?.(north) ?? {})
        const { status, text } = await who.ask(method, filled(path, rights, north), body)
        const told = Told.safeParse(parsed(text))
        const right = told.success && told.data.code.startsWith('access/') && told.data.status === status
        if (!right || status !== (who.within === 'nothing' ? 401 : 403)) wrong.push(line(who, key, status, text))
      }
    }
    expect(wrong).toEqual([])
    expect(await worldOf(north)).toBe(before)
  })

  test('who may is let through to the handler', async () => {
    const wrong: string[] = []
    for (const { key, method, path } of routes) {
      const rights = rightsOf(key)
      if (rights.needs === 'identity' || rights.needs === 'public') continue
      for (const who of people.filter((it) => may(it, rights))) {
        // What writes gets things that are not there, or a body that is none, so that the walk can go on.
        const reads = method === 'GET'
        const { status, text } = await who.ask(
          method,
          filled(path, rights, reads ? north : nothing),
          reads ? undefined : {},
        )
        const there = !reads || rights.path === undefined || status === 200 || status === 503
        if (status === 401 || status === 403 || status === 500 || !there) wrong.push(line(who, key, status, text))
      }
    }
    expect(wrong).toEqual([])
  })
})

describe('what is another customer’s', () => {
  test('is nowhere in what can be read, and is not told from what is not there', async () => {
    const readers = people.filter((it) => it.within === 'north')
    expect(readers.length).toBeGreaterThan(3)
    const wrong: string[] = []
    for (const { key, method, path } of routes.filter((it) => it.method === 'GET')) {
      const rights = rightsOf(key)
      if (rights.needs === 'public' || rights.needs === 'identity') continue
      for (const who of readers.filter((it) => may(it, rights))) {
        const own = await who.ask(method, filled(path, rights, north))
        if (/south/i.test(own.text)) wrong.push(line(who, key, own.status, own.text))
        if (rights.path === undefined) continue
        for (const of of [south, nothing]) {
          const { status, text } = await who.ask(method, filled(path, rights, of))
          if (status !== 404) wrong.push(line(who, key, status, text))
        }
      }
    }
    expect(wrong).toEqual([])
  })

  test('cannot be changed, nor added to', async () => {
    const before = await worldOf(south)
    const wrong: string[] = []
    for (const { key, method, path } of routes.filter((it) => it.method !== 'GET')) {
      const rights = rightsOf(key)
      if (rights.needs === 'public' || rights.needs === 'identity') continue
      for (const who of people.filter((it) => it.within === 'north' && may(it, rights))) {
        const { status, text } = await who.ask(method, filled(path, rights, south), rights.body?.(south) ?? {})
        if (status !== 403 && status !== 404) wrong.push(line(who, key, status, text))
      }
    }
    expect(wrong).toEqual([])
    expect(await worldOf(south)).toBe(before)
  })

  test('is not taken by moving an own site there, or theirs here', async () => {
    const administrator = people.find((it) => it.name === 'administrator of north')
    if (administrator === undefined) throw new Error('there is no administrator of north')
    const moves = [
      [north.site, south.customer],
      [south.site, north.customer],
    ] as const
    for (const [site, customer] of moves) {
      const put = await administrator.ask('PUT', `/api/v1/sites/${site}`, { name: 'moved', customer })
      expect(put.status).toBe(403)
      const applied = await administrator.ask('POST', '/api/v1/apply', {
        sites: [{ id: site, name: 'moved', customer }],
      })
      expect(applied.status).toBe(403)
    }
  })

  test('own things can be read by every reader', async () => {
    for (const who of people.filter((it) => it.permissions.includes('read'))) {
      const sites = await who.ask('GET', '/api/v1/sites')
      const ids = Items.parse(JSON.parse(sites.text)).items.map((it) => it.id)
      expect({ who: who.name, ids: ids.sort() }).toEqual({
        who: who.name,
        ids: who.within === 'all' ? [north.site, south.site] : [north.site],
      })
      expect((await who.ask('GET', '/api/v1/devices/north-1:cam-1')).status).toBe(200)
    }
  })

  test('a name that is at two sites is a question to whoever sees both, and none to who sees one', async () => {
    const byName = new Map(people.map((it) => [it.name, it]))
    const both = await byName.get('engineer')?.ask('GET', '/api/v1/devices/cam-1')
    expect(both?.status).toBe(409)
    expect(both?.text).toContain('north-1:cam-1, south-1:cam-1')
    const one = await byName.get('customer')?.ask('GET', '/api/v1/devices/cam-1')
    expect(one?.status).toBe(200)
  })
})
