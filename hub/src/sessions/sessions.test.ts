import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as tlsConnect } from 'node:tls'
import { isStewardError, StewardError } from '@steward/shared/errors'
import { DeviceModel, type Permission } from '@steward/shared/model'
import type { GrantSummary } from '@steward/shared/wire'
import type { Kysely } from 'kysely'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Principal } from '../access/index.ts'
import { auditMigrations, createAudit } from '../audit/index.ts'
import type { AuditTables } from '../audit/log.ts'
import { openDatabase } from '../db/index.ts'
import { createHubEvents, type HubEvents } from '../events.ts'
import { createServer as createHubServer, type HubServer, ownCertificate } from '../http/index.ts'
import { type InventoryTables, inventoryMigrations } from '../inventory/index.ts'
import { openTunnel, type Tunnel } from './client/tunnel-client.ts'
import { sessionMigrations } from './migrations.ts'
import { sessionRoutes } from './routes.ts'
import { createSessions, type Sessions } from './sessions.ts'

const log = pino({ level: 'silent' })
const all: Permission[] = ['read', 'connect']
const principals: Record<string, Principal> = {
  engineer: { kind: 'key', id: 'k1', name: 'key:engineer', rights: [{ customer: null, permissions: all }] },
  north: { kind: 'key', id: 'k2', name: 'key:north', rights: [{ customer: 'north', permissions: all }] },
  reader: { kind: 'key', id: 'k3', name: 'key:reader', rights: [{ customer: null, permissions: ['read'] }] },
}

let folder: string
let db: Kysely<unknown>
let events: HubEvents
let server: HubServer
let sessions: Sessions
let url: string
let ca: string
let echo: Server
let grants: GrantSummary[]
let known: Record<string, Principal>
let away: boolean
const clients: Tunnel[] = []

async function listen(it: Server): Promise<number> {
  it.listen(0, '127.0.0.1')
  await once(it, 'listening')
  const address = it.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}

async function fillInventory(): Promise<void> {
  const tables = db.withTables<InventoryTables>()
  for (const id of ['north', 'south']) {
    await tables.insertInto('customers').values({ id, name: id, contact: '', created_at: 0 }).execute()
    const site = { id: `${id}-1`, customer: id, name: id, timezone: 'UTC', address: '', settings: '{}', systems: '[]' }
    await tables
      .insertInto('sites')
      .values({ ...site, created_at: 0 })
      .execute()
    await putDevice(`${id}-1`, DeviceModel.parse({ id: 'cam-07', address: '192.0.2.7' }))
    await putDevice(`${id}-1`, DeviceModel.parse({ id: 'ch-07', kind: 'channel' }))
  }
}

async function putDevice(site: string, config: DeviceModel): Promise<void> {
  const { id, kind, address = null } = config
  const row = { site, id, kind, address, name: id, config: JSON.stringify(config), enabled: 1, created_at: 0 }
  const told = { state: 'unknown', since: null, reason: null, identity: '{}', secret: 'unknown' }
  const values = { ...row, ...told }
  await db
    .withTables<InventoryTables>()
    .insertInto('devices')
    .values(values)
    .onConflict((it) => it.columns(['site', 'id']).doUpdateSet(values))
    .execute()
}

async function startSessions(echoPort: number): Promise<void> {
  const platform = { db, now: Date.now, events, audit: createAudit(db, Date.now), log, dataDir: folder }
  const authenticate = async (request: { headers: { authorization?: string | undefined } }) =>
    known[request.headers.authorization?.slice(7) ?? ''] ?? null
  sessions = await createSessions({
    ...platform,
    authenticate,
    linkOfDevice(site) {
      if (away) throw new StewardError('fleet/agent-away', `The agent of ${site} is not connected now.`)
      return {
        agent: 'a-1',
        grants: async () => grants,
        async connect() {
          if (grants.length === 0) throw new StewardError('support/no-grant', 'no grant')
          const socket = connect({ port: echoPort, host: '127.0.0.1', allowHalfOpen: true })
          await once(socket, 'connect')
          return socket
        },
      }
    },
  })
  const certificate = await ownCertificate(folder, ['localhost'], Date.now())
  ca = certificate.ca ?? ''
  server = await createHubServer({ certificate, authenticate, logger: log, version: '0' })
  await server.register(sessionRoutes(sessions), { prefix: '/api/v1' })
  await server.listen({ host: 'localhost', port: 0 })
  const address = server.server.address()
  url = `https://localhost:${address !== null && typeof address === 'object' ? address.port : 0}`
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'steward-sessions-'))
  known = { ...principals }
  away = false
  grants = [{ id: 'g', device: 'cam-07', port: 554, from: 0, until: Date.now() + 3_600_000, streams: 0 }]
  events = createHubEvents(() => undefined)
  db = await openDatabase(join(folder, 'hub.sqlite'), [
    { room: 'audit', migrations: auditMigrations },
    { room: 'inventory', migrations: inventoryMigrations },
    { room: 'sessions', migrations: sessionMigrations },
  ])
  await fillInventory()
  echo = createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => undefined).pipe(socket))
  await startSessions(await listen(echo))
})

afterEach(async () => {
  await Promise.all(clients.splice(0).map((it) => it.close()))
  await sessions.stop()
  await server.close()
  await db.destroy()
  echo.close()
  rmSync(folder, { recursive: true, force: true })
})

const target = { site: 'north-1', device: 'cam-07', port: 554, reason: 'fault 4711' }

async function open(key: string, over: Partial<typeof target> = {}): Promise<Tunnel> {
  const tunnel = await openTunnel({ url, apiKey: key, ca }, { ...target, ...over })
  clients.push(tunnel)
  return tunnel
}

async function refusalOf(opening: Promise<unknown>): Promise<string> {
  const error = await opening.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return isStewardError(error) ? `${error.code} ${error.message}` : String(error)
}

async function auditLines(): Promise<string[]> {
  const rows = await db.withTables<AuditTables>().selectFrom('audit').selectAll().orderBy('seq').execute()
  return rows.map((it) => `${it.who} ${it.action} ${it.site ?? '-'} ${it.target} ${it.detail}`)
}

describe('who may', () => {
  test('no key, a role without the right, another customer’s site: refused, and not told what is there', async () => {
    expect(await refusalOf(open('nobody'))).toMatch(/^access\/unauthenticated /)
    expect(await refusalOf(open('reader'))).toMatch(/^access\/forbidden /)
    expect(await refusalOf(open('north', { site: 'south-1' }))).toBe('input/not-found There is no site "south-1".')
    expect(await refusalOf(open('north', { site: 'nowhere' }))).toBe('input/not-found There is no site "nowhere".')
    expect(await refusalOf(open('north', { device: 'cam-99' }))).toMatch(/^input\/not-found /)
    expect(await refusalOf(open('north', { device: 'ch-07' }))).toMatch(/^support\/target-not-allowed /)
    expect((await auditLines()).every((it) => it.includes('tunnel.refused'))).toBe(true)
  })

  test('without a grant the line says how to give one; without its agent, that it is away', async () => {
    const line = await refusalOf(open('engineer', { port: 22 }))
    expect(line).toMatch(/^support\/no-grant .*cam-07:22/)
    expect(line).toContain('steward agent grant --device cam-07 --port 22 --minutes 60')
    grants = [{ id: 'g', device: 'cam-07', port: 554, from: 0, until: Date.now() - 1, streams: 0 }]
    expect(await refusalOf(open('engineer'))).toMatch(/^support\/no-grant /)
    away = true
    expect(await refusalOf(open('engineer'))).toMatch(/^fleet\/agent-away /)
  })

  test('a plain request is told what the address is for', async () => {
    const answer = await server.inject({
      url: '/api/v1/tunnels/connect',
      headers: { authorization: 'Bearer engineer' },
    })
    expect(answer.statusCode).toBe(400)
    expect(answer.json().detail).toMatch(/steward connect/)
  })

  test('a WebSocket elsewhere is answered, and one that is reset in the middle harms nobody', async () => {
    const options = { host: 'localhost', port: Number(new URL(url).port), ca }
    const ask = (path: string) =>
      `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\nauthorization: Bearer engineer\r\n\r\n`
    const elsewhere = tlsConnect(options, () => elsewhere.write(ask('/elsewhere')))
    expect(String((await once(elsewhere, 'data'))[0])).toMatch(/^HTTP\/1.1 404 /)
    elsewhere.destroy()
    for (let count = 0; count < 20; count++) {
      const socket = connect({ port: options.port, host: options.host })
      const secure = tlsConnect({ socket, ca, servername: 'localhost' })
      await once(secure, 'secureConnect')
      await new Promise<void>((resolve) => secure.write(ask('/api/v1/tunnels/connect'), () => resolve()))
      socket.resetAndDestroy()
    }
    expect(await talk(await open('engineer'), 'alive')).toBe('alive')
  })

  test('no more tunnels at once than there may be', async () => {
    for (let count = 0; count < 16; count++) await open('engineer')
    expect(await refusalOf(open('engineer'))).toMatch(/^support\/too-many-streams 16 tunnels of yours/)
    await clients.pop()?.close()
    await expect.poll(() => sessions.live.size).toBe(15)
    await open('engineer')
  })
})

async function talk(tunnel: Tunnel, text: string): Promise<string> {
  const stream = await tunnel.connect()
  let answer = ''
  stream.on('data', (it) => {
    answer += String(it)
  })
  stream.end(text)
  await once(stream, 'end')
  return answer
}

describe('what is written down', () => {
  test('opening and end, with who, device, port, bytes, connections, seconds and result; the list shows it meanwhile', async () => {
    const tunnel = await open('engineer')
    expect(await talk(tunnel, 'hello')).toBe('hello')
    expect(await talk(tunnel, 'again!')).toBe('again!')
    const list = await server.inject({ url: '/api/v1/tunnels', headers: { authorization: 'Bearer reader' } })
    expect(list.json().items).toMatchObject([{ site: 'north-1', device: 'cam-07', port: 554, who: 'key:engineer' }])
    await tunnel.close()
    await expect.poll(auditLines).toHaveLength(2)
    const [opening = '', end = ''] = await auditLines()
    expect(opening).toMatch(/^key:engineer tunnel.open north-1 cam-07 .*"port":554,"reason":"fault 4711"/)
    expect(end).toMatch(/^key:engineer tunnel.close north-1 cam-07 /)
    expect(end).toContain('"upBytes":11,"downBytes":11,"connections":2,"refused":0')
    expect(end).toContain('"result":"the engineer ended it"')
    expect(sessions.live.size).toBe(0)
  })

  test('one customer’s people see only tunnels to their own sites', async () => {
    await open('engineer', { site: 'south-1' })
    const seen = async (key: string) =>
      (await server.inject({ url: '/api/v1/tunnels', headers: { authorization: `Bearer ${key}` } })).json().items.length
    expect(await seen('engineer')).toBe(1)
    expect(await seen('north')).toBe(0)
  })

  test('a hub that was killed closes the record of its tunnels at its next start', async () => {
    await open('engineer')
    const linkOfDevice = () => {
      throw new StewardError('fleet/agent-away', 'away')
    }
    // A second start on the same database stands for the start after a kill.
    const next = await createSessions({ ...sessions.platform, authenticate: async () => null, linkOfDevice })
    await next.stop()
    expect((await auditLines()).at(-1)).toMatch(/tunnel.close north-1 cam-07 .*the hub was killed/)
  })
})

describe('what ends it', () => {
  async function ending(cause: () => void | Promise<void>): Promise<string> {
    const tunnel = await open('engineer')
    const stream = await tunnel.connect()
    stream.on('error', () => undefined)
    const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()))
    await cause()
    const why = await tunnel.ended
    await closed
    return why
  }

  test('a withdrawn key, at once', async () => {
    expect(await ending(() => events.emit('access-revoked', { key: 'k1' }))).toBe('your access was taken away')
    expect((await auditLines()).at(-1)).toContain('"result":"your access was taken away"')
  })

  test('a revoked agent', async () => {
    const revoked = { site: 'north-1', agent: 'a-1', state: 'revoked', at: 0 } as const
    expect(await ending(() => events.emit('agent-state', revoked))).toBe('the agent was revoked')
  })

  test('a key that has run out or a right that is gone, when something is changed at the site', async () => {
    const gone = await ending(() => {
      delete known.engineer
      events.emit('config-changed', { site: 'north-1' })
    })
    expect(gone).toBe('your access was taken away')
  })

  test('a device that now has another address, or is gone', async () => {
    const moved = await ending(async () => {
      await putDevice('north-1', DeviceModel.parse({ id: 'cam-07', address: '192.0.2.8' }))
      events.emit('config-changed', { site: 'north-1' })
    })
    expect(moved).toBe('the address of cam-07 has changed')
  })

  test('the end of the hub', async () => {
    expect(await ending(() => sessions.stop())).toBe('the hub is stopping')
    expect((await auditLines()).at(-1)).toContain('"result":"the hub is stopping"')
  })

  test('an unrelated change does not', async () => {
    const tunnel = await open('engineer')
    events.emit('config-changed', { site: 'north-1' })
    events.emit('access-revoked', { key: 'another' })
    expect(await talk(tunnel, 'still here')).toBe('still here')
  })
})
