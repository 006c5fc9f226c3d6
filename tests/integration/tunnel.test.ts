import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { platform } from 'node:os'
import { createInterface } from 'node:readline'
import { AuditList, TunnelList } from '@steward/shared/api'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { endProcess, type StartedAgent, startAgent, startSteward, steward } from './started-agent.ts'
import { type StartedHub, startHub } from './started-hub.ts'

/** The device: a TCP port on a loopback address of its own. Systems without such addresses use the usual one. */
const deviceAddress = platform() === 'linux' ? '127.20.77.7' : '127.0.0.1'

let hub: StartedHub
let agent: StartedAgent
let device: Server
let devicePort: number
/** what the device does with the next connections */
let serve: (socket: Socket) => void
const cleanups: (() => Promise<void> | void)[] = []

beforeAll(async () => {
  device = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined)
    serve(socket)
  })
  device.listen(0, deviceAddress)
  await once(device, 'listening')
  const address = device.address()
  devicePort = address !== null && typeof address === 'object' ? address.port : 0
  hub = await startHub()
  const devices = ['echo', 'other'].map((id) => ({ id, address: deviceAddress, connections: [] }))
  const document = {
    customers: [{ id: 'acme', name: 'Acme' }],
    sites: [{ id: 'tower-a', name: 'Tower A', customer: 'acme', devices }],
  }
  expect((await hub.call('POST', 'apply', document)).status).toBe(200)
  agent = await startAgent(hub, 'tower-a')
})

afterEach(async () => {
  for (const it of cleanups.splice(0).reverse()) await it()
})

afterAll(async () => {
  await agent.stop()
  await hub.stop()
  device.close()
})

async function grant(minutes: number, deviceId = 'echo'): Promise<void> {
  const args = ['grant', '--device', deviceId, '--port', String(devicePort), '--minutes', String(minutes)]
  const result = await agent.command(...args)
  expect(result.status, result.stderr).toBe(0)
}

type Connected = { port: number; lines: string[]; exited: Promise<number | null>; end(): Promise<void> }

/** `steward connect` as a process; resolves when it says which port it opened. */
async function stewardConnect(target: string, key = hub.apiKey): Promise<Connected> {
  const env = { STEWARD_API_KEY: key, NODE_EXTRA_CA_CERTS: '' }
  const args = ['connect', target, '--url', hub.url, '--ca', `${hub.dataDir}/ca.pem`, '--reason', 'fault 4711']
  const child = startSteward(args, env)
  cleanups.push(() => endProcess(child))
  const lines: string[] = []
  if (child.stdout === null || child.stderr === null) throw new Error('no output')
  createInterface(child.stderr).on('line', (it) => lines.push(it))
  const exited = once(child, 'exit').then(([code]) => code)
  const opened = once(createInterface(child.stdout), 'line').then(([line]) => String(line))
  const first = await Promise.race([opened, exited])
  const port = Number(/^127\.0\.0\.1:(\d+) is /.exec(String(first))?.[1])
  if (!(port > 0)) throw new Error(`not opened: ${first} ${lines.join('\n')}`)
  return { port, lines, exited, end: () => endProcess(child) }
}

async function through(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  cleanups.push(() => void socket.destroy())
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

function everything(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (it: Buffer) => chunks.push(it))
  return once(socket, 'end').then(() => Buffer.concat(chunks))
}

function gone(socket: Socket): Promise<void> {
  socket.resume()
  return new Promise((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())))
}

const target = () => `tower-a/echo:${devicePort}`

describe('without a grant', () => {
  test('one clear line says how to give one, and nothing is opened', async () => {
    let touched = false
    serve = () => {
      touched = true
    }
    const env = { STEWARD_API_KEY: hub.apiKey }
    const result = await steward(['connect', target(), '--url', hub.url, '--ca', `${hub.dataDir}/ca.pem`], env)
    expect(result.status).toBe(1)
    expect(result.stderr.trim().split('\n')).toHaveLength(1)
    expect(result.stderr).toContain(`steward agent grant --device echo --port ${devicePort} --minutes 60`)
    expect(touched).toBe(false)
  })
})

describe('with a grant', () => {
  beforeAll(() => grant(30))

  test('bytes are the same both ways in chunks of any size, also after the end of one direction', async () => {
    const sent = randomBytes(4 << 20)
    serve = (socket) => void everything(socket).then((all) => socket.end(Buffer.from(all).reverse()))
    const socket = await through((await stewardConnect(target())).port)
    const answer = everything(socket)
    for (let at = 0, size = 1; at < sent.length; at += size, size = (size * 7 + 13) % 70_000 || 1) {
      if (!socket.write(sent.subarray(at, at + size))) await once(socket, 'drain')
    }
    socket.end()
    expect((await answer).equals(Buffer.from(sent).reverse())).toBe(true)
  })

  test('many connections at once, each its own', async () => {
    serve = (socket) => void socket.pipe(socket)
    const { port } = await stewardConnect(target())
    const echoes = Array.from({ length: 20 }, async () => {
      const sent = randomBytes(100_000)
      const socket = await through(port)
      const answer = everything(socket)
      socket.end(sent)
      return (await answer).equals(sent)
    })
    expect(await Promise.all(echoes)).toEqual(Array(20).fill(true))
  })

  test('a device that does not read holds the engineer back; all arrives when it reads', async () => {
    const held = Promise.withResolvers<Socket>()
    serve = (socket) => held.resolve(socket.pause())
    const socket = await through((await stewardConnect(target())).port)
    const total = 64 << 20
    let flushed = 0
    const chunk = Buffer.alloc(64 << 10)
    for (let sent = 0; sent < total; sent += chunk.length) {
      socket.write(chunk, () => {
        flushed += chunk.length
      })
    }
    socket.end()
    const atDevice = await held.promise
    let before = -1
    const still = () => {
      const same = flushed === before && flushed > 0
      before = flushed
      return same
    }
    await expect.poll(still, { interval: 500, timeout: 15_000 }).toBe(true)
    expect(flushed).toBeLessThan(total / 2)
    let received = 0
    atDevice.on('data', (it) => {
      received += it.length
    })
    atDevice.resume()
    await once(atDevice, 'end')
    expect(received).toBe(total)
  })

  test('a reset of the device is a reset for the tool, not an end', async () => {
    serve = (socket) => void socket.once('data', () => socket.resetAndDestroy())
    const socket = await through((await stewardConnect(target())).port)
    const error = once(socket, 'error')
    let ended = false
    socket.on('end', () => {
      ended = true
    })
    socket.resume().write('x')
    expect(String((await error.catch((it: unknown) => [it]))[0])).toMatch(/ECONNRESET/)
    expect(ended).toBe(false)
  })

  test('another device of the same address and another port are not covered', async () => {
    const env = { STEWARD_API_KEY: hub.apiKey }
    const rest = ['--url', hub.url, '--ca', `${hub.dataDir}/ca.pem`]
    for (const it of [`tower-a/other:${devicePort}`, 'tower-a/echo:9']) {
      const result = await steward(['connect', it, ...rest], env)
      expect(result.status).toBe(1)
      expect(result.stderr).toContain('steward agent grant')
    }
  })

  test('it is listed while it lasts, and both sides write it down', async () => {
    serve = (socket) => void socket.pipe(socket)
    const connected = await stewardConnect(target())
    const socket = await through(connected.port)
    socket.write('hello')
    await once(socket, 'data')
    const { items } = TunnelList.parse((await hub.call('GET', 'tunnels')).body)
    expect(items).toMatchObject([
      { site: 'tower-a', device: 'echo', port: devicePort, streams: 1, reason: 'fault 4711' },
    ])
    await connected.end()
    await expect
      .poll(async () => AuditList.parse((await hub.call('GET', 'audit?limit=1000')).body).items.map((it) => it.action))
      .toContain('tunnel.close')
    await expect
      .poll(
        async () => {
          const { items: lines } = AuditList.parse((await hub.call('GET', 'audit?limit=1000')).body)
          return lines.filter((it) => it.who === `agent:${agent.id}`).length
        },
        { timeout: 10_000 },
      )
      .toBeGreaterThan(0)
  })

  test('a withdrawn key ends it at once, and the line says so', async () => {
    serve = (socket) => void socket.pipe(socket)
    const { id, key } = await hub.newKey(['connect'])
    const connected = await stewardConnect(target(), key)
    const socket = await through(connected.port)
    socket.write('hello')
    await once(socket, 'data')
    await hub.call('DELETE', `api-keys/${id}`)
    await gone(socket)
    expect(await connected.exited).toBe(1)
    expect(connected.lines).toEqual(['The tunnel has ended: your access was taken away.'])
  })
})

describe('a grant that is over', () => {
  /** A connection that has carried something, and when it was cut. */
  async function carrying(): Promise<{ connected: Connected; cut: Promise<number> }> {
    serve = (socket) => void socket.pipe(socket)
    const connected = await stewardConnect(target())
    const socket = await through(connected.port)
    socket.write('hello')
    await once(socket, 'data')
    return { connected, cut: gone(socket).then(() => performance.now()) }
  }

  test('cuts its connections within a second when it is ended, and lets no other through', async () => {
    await grant(30)
    const { connected, cut } = await carrying()
    const ended = await agent.command('grant', 'end', '--all')
    const endedAt = performance.now()
    expect(ended.status, ended.stderr).toBe(0)
    // A second, and one more for a machine that runs other tests beside.
    expect((await cut) - endedAt).toBeLessThan(2000)
    await gone(await through(connected.port))
    await expect.poll(() => connected.lines.at(-1)).toContain('steward agent grant --device echo')
  })

  test('cuts its connections when its time is up', async () => {
    await agent.command('grant', 'end', '--all')
    // 18 s: long enough to see that nothing else cuts a connection that lasts.
    const minutes = 0.3
    const beforeIt = performance.now()
    await grant(minutes)
    const afterIt = performance.now()
    const { cut } = await carrying()
    const cutAt = await cut
    expect(cutAt - beforeIt).toBeGreaterThan(minutes * 60_000)
    expect(cutAt - afterIt).toBeLessThan(minutes * 60_000 + 2000)
    const env = { STEWARD_API_KEY: hub.apiKey }
    const again = await steward(['connect', target(), '--url', hub.url, '--ca', `${hub.dataDir}/ca.pem`], env)
    expect(again.stderr).toContain('steward agent grant')
  }, 60_000)
})

describe('an agent that is revoked', () => {
  test('takes its tunnels with it at once', async () => {
    await grant(30)
    serve = (socket) => void socket.pipe(socket)
    const connected = await stewardConnect(target())
    const socket = await through(connected.port)
    socket.write('hello')
    await once(socket, 'data')
    const revoked = await hub.call('POST', `agents/${agent.id}/revoke`)
    expect(revoked.status).toBe(200)
    await gone(socket)
    expect(await connected.exited).toBe(1)
    expect(connected.lines.at(-1)).toBe('The tunnel has ended: the agent was revoked.')
  })
})
