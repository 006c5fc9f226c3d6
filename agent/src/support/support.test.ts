import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type ClientHttp2Session, type ClientHttp2Stream, connect, createServer, type Http2Server } from 'node:http2'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isStewardError } from '@steward/shared/errors'
import { DeviceModel } from '@steward/shared/model'
import type { AgentRecord } from '@steward/shared/wire'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeNetworkGate } from '../vault/index.ts'
import {
  type AuditEntry,
  appendAudit,
  endGrant,
  followAudit,
  giveGrant,
  openGrantBook,
  openSupport,
  type Support,
} from './index.ts'

let folder = ''
let device: Server
let server: Http2Server
let session: ClientHttp2Session
let support: Support
let port = 0
let asked = { device: 'cam-07', address: '127.0.0.1' }
const sockets: Socket[] = []
const entries: AuditEntry[] = []
const nothing = () => undefined
const log = { info: nothing, warn: nothing, error: nothing }
const clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() }
const portOf = (address: AddressInfo | string | null) =>
  address !== null && typeof address === 'object' ? address.port : 0

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'steward-support-'))
  asked = { device: 'cam-07', address: '127.0.0.1' }
  entries.splice(0)
  device = createTcpServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket)
    socket.on('error', nothing)
    socket.on('data', (chunk) => socket.write(chunk))
    socket.on('end', () => socket.end('bye'))
  }).listen(0, '127.0.0.1')
  await once(device, 'listening')
  port = portOf(device.address())
  const devices = new Map([['cam-07', DeviceModel.parse({ id: 'cam-07', address: '127.0.0.1' })]])
  devices.set('self', DeviceModel.parse({ id: 'self', address: '192.168.77.1' }))
  devices.set('far', DeviceModel.parse({ id: 'far', address: '10.9.9.9' }))
  support = openSupport({
    book: openGrantBook(folder, clock),
    gate: makeNetworkGate({ allow: ['127.0.0.0/8', '192.168.77.0/24'], allowLoopback: true }, () => ['192.168.77.1']),
    deviceOf: (id) => devices.get(id),
    audit: (entry) => void entries.push(entry),
    clock,
    log,
  })
  server = createServer()
  server.on('stream', (stream) => {
    const request = { ...asked, port, engineer: 'Wang', session: 's-1', reason: 'black picture' }
    support.connect(request, stream).catch((error: unknown) => {
      stream.respond({ ':status': 403, code: isStewardError(error) ? error.code : 'none' })
      stream.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  session = connect(`http://127.0.0.1:${portOf(server.address())}`)
})
afterEach(() => {
  support.stop()
  session.destroy()
  server.close()
  for (const socket of sockets.splice(0)) socket.destroy()
  device.close()
  rmSync(folder, { recursive: true, force: true })
})

const grant = (over: { port?: number; address?: string; device?: string; minutes?: number } = {}) => {
  const given = giveGrant(folder, {
    device: 'cam-07',
    address: '127.0.0.1',
    port,
    minutes: 5,
    by: 'Li',
    now: Date.now(),
    ...over,
  })
  support.grantsChanged()
  return given
}

async function open(): Promise<{ status: number; code: unknown; stream: ClientHttp2Stream }> {
  const stream = session.request({ ':method': 'CONNECT', ':authority': `127.0.0.1:${port}` })
  stream.on('error', nothing)
  const [headers] = await once(stream, 'response')
  return { status: Number(headers[':status']), code: headers.code, stream }
}

async function textOf(stream: ClientHttp2Stream): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return text
}

describe('a stream', () => {
  test('carries bytes both ways under a grant, half-close included, and is written down with its bytes', async () => {
    const { id } = grant()
    const { status, stream } = await open()
    expect(status).toBe(200)
    expect(support.grants().items).toMatchObject([{ id, device: 'cam-07', port, streams: 1 }])
    stream.write('hello ')
    const [echo] = await once(stream, 'data')
    expect(String(echo)).toBe('hello ')
    stream.end()
    expect(await textOf(stream)).toBe('bye')
    await expect.poll(() => entries.length).toBe(2)
    expect(entries).toMatchObject([
      { action: 'tunnel/opened', device: 'cam-07', who: 'Wang', detail: { grant: id, port, reason: 'black picture' } },
      { action: 'tunnel/closed', detail: { grant: id, upBytes: 6, downBytes: 9, why: 'closed' } },
    ])
    expect(support.grants().items).toMatchObject([{ streams: 0 }])
  })

  test('carries much, unharmed', async () => {
    grant()
    const { stream } = await open()
    const sent = Buffer.alloc(8 * 1024 * 1024, 'steward ')
    stream.end(sent)
    const received: Buffer[] = []
    for await (const chunk of stream) received.push(Buffer.from(chunk))
    expect(Buffer.concat(received).equals(Buffer.concat([sent, Buffer.from('bye')]))).toBe(true)
  })

  test.each(['ended', 'expired'])('is cut when its grant is %s', async (how) => {
    const given = how === 'ended' ? grant() : grant({ minutes: 0.02 })
    const { stream, status } = await open()
    expect(status).toBe(200)
    const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()))
    if (how === 'ended') {
      endGrant(folder, given.id)
      support.grantsChanged()
    }
    await closed
    await expect.poll(() => entries.at(-1)?.detail.why).toBe('the grant ended')
    await expect.poll(() => sockets[0]?.destroyed).toBe(true)
    expect(await open()).toMatchObject({ status: 403, code: 'support/no-grant' })
  })

  test('ends with the device', async () => {
    grant()
    const { stream } = await open()
    const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()))
    sockets[0]?.resetAndDestroy()
    await closed
    await expect.poll(() => entries.at(-1)?.action).toBe('tunnel/closed')
  })

  test('to a device that does not listen is a clear refusal', async () => {
    grant()
    device.close()
    expect(await open()).toMatchObject({ status: 403, code: 'support/device-unreachable' })
    expect(entries).toMatchObject([{ action: 'tunnel/refused', detail: { port } }])
  })
})

describe('nothing is opened', () => {
  test('without a grant, or with one for something else', async () => {
    grant({ port: port + 1 })
    grant({ device: 'cam-08' })
    grant({ address: '127.0.0.2' })
    expect(await open()).toMatchObject({ status: 403, code: 'support/no-grant' })
    expect(sockets).toEqual([])
  })

  test.each([
    ['a device that is not listed', { device: 'cam-99', address: '127.0.0.1' }],
    ['another address than that of the device', { device: 'cam-07', address: '127.0.0.2' }],
    ['the same address in IPv6 clothes', { device: 'cam-07', address: '::ffff:127.0.0.1' }],
    ['the machine itself', { device: 'self', address: '192.168.77.1' }],
    ['a network that is not allowed', { device: 'far', address: '10.9.9.9' }],
  ])('to %s, whatever is granted', async (_what, target) => {
    grant({ device: target.device, address: target.address })
    grant()
    asked = target
    expect(await open()).toMatchObject({ status: 403, code: 'support/target-not-allowed' })
    expect(sockets).toEqual([])
    expect(entries).toMatchObject([{ action: 'tunnel/refused' }])
  })
})

describe('the audit log', () => {
  const entry = (n: number): AuditEntry => ({
    at: n,
    action: 'grant/given',
    device: 'cam-07',
    who: '李工',
    detail: { n },
  })

  test('goes to the hub once, also what was written while the agent was off, and stays on the disk', () => {
    const sent: AgentRecord[] = []
    const follow = () => followAudit({ dataDir: folder, log, record: (records) => void sent.push(...records) })
    appendAudit(folder, entry(1))
    appendAudit(folder, entry(2))
    const first = follow()
    first.forward()
    first.forward()
    appendAudit(folder, entry(3))
    follow().forward()
    expect(sent.map((it) => it.at)).toEqual([1, 2, 3])
    expect(readFileSync(join(folder, 'audit.log'), 'utf8').trim().split('\n')).toHaveLength(3)
  })

  test('a damaged line is passed over', () => {
    const sent: AgentRecord[] = []
    appendAudit(folder, entry(1))
    appendAudit(folder, { ...entry(2), action: 'x'.repeat(200) })
    appendAudit(folder, entry(3))
    followAudit({ dataDir: folder, log, record: (records) => void sent.push(...records) }).forward()
    expect(sent.map((it) => it.at)).toEqual([1, 3])
  })
})
