import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Outbox, openOutbox } from '@steward/agent/outbox'
import { enrol, type LinkHost, startUplink, type Uplink, type UplinkState } from '@steward/agent/uplink'
import type { AgentFile } from '@steward/agent/vault'
import { makeAgentKey } from '@steward/agent/vault'
import { isStewardError, StewardError } from '@steward/shared/errors'
import { type AgentRecord, decodeEnrolmentToken, encodeEnrolmentToken, linkPaths } from '@steward/shared/wire'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../until.ts'
import { startWireHub, type WireHub, wrongPin } from './wire-hub.ts'

const within = { withinMs: 15_000, everyMs: 20 }
const lines: string[] = []
const note = (_fields: object, text: string) => void lines.push(text)
const log = { info: note, warn: note, error: note }

let folder = ''
let hub: WireHub
let outbox: Outbox
const running: Uplink[] = []
const states: UplinkState[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'steward-uplink-'))
  hub = await startWireHub()
  outbox = await openOutbox({ dataDir: folder, log, onBroken: (error) => note({}, error.message) })
  lines.splice(0)
  states.splice(0)
})
afterEach(async () => {
  for (const uplink of running.splice(0)) await uplink.stop()
  await outbox.close()
  await hub.stop()
  rmSync(folder, { recursive: true, force: true })
})

const enrolAt = (token: string, over: { proxy?: string } = {}) =>
  enrol({
    token,
    name: 'Agent A',
    allow: ['192.168.1.0/24'],
    allowLoopback: false,
    version: '0.1.0',
    privateKey: makeAgentKey(),
    proxyFor: () => over.proxy ?? null,
    now: 1000,
  })

const host: LinkHost = {
  applyConfig: async () => ({ revision: 'r1', problems: [] }),
  status: async () => {
    throw new StewardError('system/internal', 'no status here')
  },
  check: async (device) => ({ device, ok: true, message: 'ok', tookMs: 1, values: {} }),
  grants: () => ({ items: [] }),
  discover: async (_request, tell) => tell({ type: 'progress', asked: 1, toAsk: 1 }),
  connect: async ({ address, port }, stream) => {
    stream.respond({ ':status': 200 })
    stream.end(`${address} ${port}`)
  },
}

function start(agent: AgentFile, over: { proxy?: string; pingEveryMs?: number } = {}): Uplink {
  const told = { outbox, host, log, onState: (it: UplinkState) => void states.push(it) }
  const uplink = startUplink({ agent, proxy: null, ...over, ...told })
  running.push(uplink)
  return uplink
}

const connected = (uplink: Uplink) =>
  until('the link', () => uplink.state().state === 'connected' && hub.links.length === 1, within)
/** Records are numbered by their time: what is too old would be dropped. */
const base = Date.now()
const sample = (n: number): AgentRecord => ({ type: 'samples', at: base + n, device: 'sw-1', values: { 'if.1.in': n } })
const state = (n: number): AgentRecord => ({
  ...{ type: 'state', at: base + n, device: 'sw-1', state: 'down' },
  reason: { zh: '超时', en: 'timed out' },
})
const numbers = () => hub.records.map((it) => it.at - base).sort((a, b) => a - b)
const codeOf = (error: unknown) => (isStewardError(error) ? error.code : String(error))

describe('enrolment', () => {
  test('pins the CA and the key that the token names, and sends its own', async () => {
    const agent = await enrolAt(hub.token)
    expect(agent).toMatchObject({
      agentId: 'tower-a-1',
      name: 'Agent A',
      hub: { url: hub.url },
      allow: ['192.168.1.0/24'],
    })
    expect(agent.hub.ca?.replaceAll(/\s/g, '')).toBe(hub.ca.replaceAll(/\s/g, ''))
    expect(hub.enrolled[0]).toMatchObject({ name: 'Agent A', allow: ['192.168.1.0/24'] })
  })

  test('sends nothing to a hub with another certificate', async () => {
    const ticket = decodeEnrolmentToken(hub.token)
    if (ticket === null) throw new Error('no ticket')
    const error = await enrolAt(encodeEnrolmentToken({ ...ticket, ca: wrongPin })).catch(codeOf)
    expect(error).toBe('fleet/hub-not-trusted')
    expect(hub.asked.filter((it) => it !== '/healthz')).toEqual([])
  })

  test('does not believe a hub that cannot prove its key', async () => {
    hub.behave.wrongKey = true
    expect(await enrolAt(hub.token).catch(codeOf)).toBe('fleet/hub-not-trusted')
  })

  test.each(['enrolment/token-used', 'enrolment/token-expired', 'enrolment/token-invalid'] as const)(
    'tells %s',
    async (code) => {
      hub.behave.enrolment = code
      expect(await enrolAt(hub.token).catch(codeOf)).toBe(code)
    },
  )

  test.each(['', 'steward-enrol-', 'steward-enrol-e30', 'hello'])('"%s" is no token', async (token) => {
    expect(await enrolAt(token).catch(codeOf)).toBe('enrolment/token-invalid')
  })

  test('a cut token is no token, and a hub that is away is said to be', async () => {
    expect(await enrolAt(hub.token.slice(0, -20)).catch(codeOf)).toBe('enrolment/token-invalid')
    await hub.away()
    await expect(enrolAt(hub.token)).rejects.toThrow(/cannot be reached: nothing listens there/)
  })
})

describe('the connection', () => {
  test('carries a fault at once and samples within a second', async () => {
    const uplink = start(await enrolAt(hub.token))
    await connected(uplink)
    outbox.record([sample(1)])
    outbox.record([state(2)])
    await until('both', () => hub.records.length === 2, within)
    expect(numbers()).toEqual([1, 2])
    await until('an empty outbox', async () => (await outbox.status()).records === 0, within)
  })

  test('answers the commands of the hub', async () => {
    await connected(start(await enrolAt(hub.token)))
    expect(await hub.ask('PUT', linkPaths.config, {})).toEqual({ status: 200, body: { revision: 'r1', problems: [] } })
    expect(await hub.ask('POST', linkPaths.check, { device: 'sw-1' })).toMatchObject({
      status: 200,
      body: { ok: true },
    })
    expect(await hub.ask('POST', linkPaths.check, { device: 'Not a slug' })).toMatchObject({ status: 400 })
    expect(await hub.ask('GET', linkPaths.grants)).toEqual({ status: 200, body: { items: [] } })
    expect(await hub.ask('GET', linkPaths.status)).toMatchObject({ status: 500, body: { detail: 'no status here' } })
    expect(await hub.ask('GET', '/etc/passwd')).toMatchObject({ status: 404 })
    expect(await hub.ask('POST', linkPaths.check, { device: 'a'.repeat(40_000) })).toMatchObject({ status: 413 })
  })

  test.each([
    ['192.168.1.7:80', '192.168.1.7 80'],
    ['[fd00::7]:443', 'fd00::7 443'],
  ])('hands CONNECT %s on', async (authority, expected) => {
    await connected(start(await enrolAt(hub.token)))
    const stream = hub.links[0]?.session.request({ ':method': 'CONNECT', ':authority': authority })
    if (stream === undefined) throw new Error('no link')
    let text = ''
    for await (const chunk of stream) text += String(chunk)
    expect(text).toBe(expected)
  })

  test.each(['cam-07:80', '192.168.1.7', '192.168.1.7:0', '192.168.1.7:99999', '999.1.1.1:80', '[::1%25lo]:80'])(
    'refuses CONNECT %s',
    async (authority) => {
      await connected(start(await enrolAt(hub.token)))
      const stream = hub.links[0]?.session.request({ ':method': 'CONNECT', ':authority': authority })
      if (stream === undefined) throw new Error('no link')
      const [headers] = await once(stream, 'response')
      expect(headers[':status']).toBe(403)
      stream.destroy()
    },
  )

  test('starts with the hub away, keeps what is recorded, and fills the gap', async () => {
    const agent = await enrolAt(hub.token)
    await hub.away()
    const uplink = start(agent)
    for (let at = 1; at <= 500; at += 1) outbox.record([sample(at)])
    await until('to know that it is unreachable', () => uplink.state().state === 'unreachable', within)
    await hub.back()
    await connected(uplink)
    await until('all samples', () => hub.records.length === 500, within)
    expect(numbers()).toEqual(Array.from({ length: 500 }, (_, i) => i + 1))
  })

  test('loses nothing and doubles nothing when the hub is cut off again and again', async () => {
    const uplink = start(await enrolAt(hub.token))
    await connected(uplink)
    let at = 0
    const recording = setInterval(() => {
      at += 1
      outbox.record([at % 10 === 0 ? state(at) : sample(at)])
    }, 5)
    for (let round = 0; round < 3; round += 1) {
      await hub.away()
      await until('more records', () => at > (round + 1) * 60, within)
      await hub.back()
      await connected(uplink)
    }
    clearInterval(recording)
    await until('all records', () => hub.records.length === at, within)
    expect(numbers()).toEqual(Array.from({ length: at }, (_, i) => i + 1))
  }, 60_000)

  test('a lost receipt: the same batch comes again under its number', async () => {
    const uplink = start(await enrolAt(hub.token))
    await connected(uplink)
    hub.behave.loseReceipts = true
    outbox.record([state(1)])
    await until('a repetition', () => hub.batches.length >= 2, within)
    outbox.record([state(2)])
    hub.behave.loseReceipts = false
    await until('both', () => hub.records.length === 2, within)
    expect(numbers()).toEqual([1, 2])
    const [first, second] = hub.batches
    expect(second).toEqual({ ...first, repeated: true })
  })

  test('one record that the hub refuses does not hold up the others', async () => {
    hub.behave.poison = (it) => JSON.stringify(it).includes('{"if.1.in":7}')
    for (let at = 1; at <= 20; at += 1) outbox.record([sample(at)])
    start(await enrolAt(hub.token))
    await until('the others', () => hub.records.filter((it) => it.type === 'samples').length === 19, within)
    await until('it to be told as lost', () => hub.records.some((it) => it.type === 'lost' && it.records === 1), within)
  })

  test('a hub that knows more than was ever sent: a new epoch, nothing lost', async () => {
    hub.behave.knows = 900
    outbox.record([state(1)])
    start(await enrolAt(hub.token))
    await until('it to arrive', () => hub.records.length === 1, within)
    expect(new Set(hub.batches.map((it) => it.epoch)).size).toBe(2)
  })

  test('a token that the hub no longer takes is renewed', async () => {
    const uplink = start(await enrolAt(hub.token))
    await connected(uplink)
    hub.behave.refuse = 'access/unauthenticated'
    outbox.record([state(1)])
    await until('a second proof', () => hub.asked.filter((it) => it.endsWith('/token')).length >= 2, within)
    hub.behave.refuse = null
    await until('it to arrive', () => hub.records.length === 1, within)
  })

  test('revoked: it says so once, stops asking, and keeps its data', async () => {
    const uplink = start(await enrolAt(hub.token))
    await connected(uplink)
    hub.behave.revoked = true
    for (const { socket } of hub.links) socket.close(4003, 'revoked')
    await until('to know it', () => uplink.state().state === 'revoked', within)
    const before = hub.asked.length
    outbox.record([state(1)])
    await outbox.flush()
    expect(hub.asked.length).toBe(before)
    expect((await outbox.status()).records).toBe(1)
    expect(lines.filter((it) => it.includes('was revoked at the hub')).length).toBe(1)
  })

  test('a hub that cannot prove its key gets nothing', async () => {
    const agent = await enrolAt(hub.token)
    hub.behave.wrongKey = true
    const uplink = start(agent)
    outbox.record([state(1)])
    await until('to know it', () => uplink.state().reason?.includes('pinned') === true, within)
    expect(hub.asked.filter((it) => it.endsWith('/token') || it.endsWith('/batches'))).toEqual([])
  })

  test('stopping sends what still waits', async () => {
    const uplink = start(await enrolAt(hub.token))
    await connected(uplink)
    outbox.record([sample(1), sample(2)])
    await uplink.stop()
    expect(numbers()).toEqual([1, 2])
  })
})

describe('through a proxy', () => {
  let proxy: Server
  const targets: string[] = []
  const joined: { unpipe(): void }[] = []
  beforeEach(async () => {
    targets.splice(0)
    joined.splice(0)
    proxy = createServer()
    proxy.on('connect', (request, socket, head) => {
      targets.push(request.url ?? '')
      const [name = '', port] = (request.url ?? '').split(':')
      const upstream = connect(Number(port), name, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        upstream.write(head)
        upstream.pipe(socket).pipe(upstream)
        joined.push(upstream, socket)
      })
      upstream.on('error', () => socket.destroy())
      socket.on('error', () => upstream.destroy())
    })
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
  })
  afterEach(() => {
    proxy.closeAllConnections()
    proxy.close()
  })

  const proxyUrl = () => {
    const address = proxy.address()
    return `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`
  }

  test('a way that goes dead without a word is noticed, and what waits goes over a new one', async () => {
    const way = { proxy: proxyUrl(), pingEveryMs: 150 }
    const uplink = start(await enrolAt(hub.token, way), way)
    await connected(uplink)
    outbox.record([state(1)])
    await until('it to arrive', () => hub.records.length === 1, within)
    const before = states.length
    for (const it of joined.splice(0)) it.unpipe()
    outbox.record([state(2)])
    await until('the loss to be noticed', () => states.length > before, within)
    await until('it to arrive all the same', () => hub.records.length === 2, within)
    expect(lines.join('\n')).toContain('has not answered for 0.3 s')
    await until('the link', () => uplink.state().state === 'connected', within)
  })

  test('everything goes through it, and is pinned all the same', async () => {
    const url = proxyUrl()
    const uplink = start(await enrolAt(hub.token, { proxy: url }), { proxy: url })
    await connected(uplink)
    outbox.record([state(1)])
    await until('it to arrive', () => hub.records.length === 1, within)
    expect(new Set(targets)).toEqual(new Set([new URL(hub.url).host]))
    expect(targets.length).toBeGreaterThanOrEqual(3)
  })
})
