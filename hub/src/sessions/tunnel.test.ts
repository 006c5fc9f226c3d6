import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { StewardError } from '@steward/shared/errors'
import { afterEach, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { listenLocally } from './client/local-port.ts'
import { openTunnel, type Tunnel } from './client/tunnel-client.ts'
import { serveTunnel, type TunnelHost } from './serve-tunnel.ts'

const request = { site: 'tower-a', device: 'cam-07', port: 554, reason: 'test' }
const cleanups: (() => void)[] = []
afterEach(() => {
  for (const it of cleanups.splice(0).reverse()) it()
})

async function listening(server: Server | ReturnType<typeof createHttpServer>): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(() => server.close())
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}

type Relay = { url: string; notes: string[]; end(why: string): void }

/** The relay alone: a WebSocket server whose device is a TCP port of this machine. */
async function relayTo(devicePort: number, over: Partial<TunnelHost> = {}): Promise<Relay> {
  const notes: string[] = []
  const served: { end(why: string): void }[] = []
  const host: TunnelHost = {
    open: async () => ({ id: 't-1', grantedUntil: '2026-03-01T00:00:00.000Z' }),
    async connect() {
      const socket = connect({ port: devicePort, host: '127.0.0.1', allowHalfOpen: true })
      await once(socket, 'connect')
      return socket
    },
    began: () => notes.push('began'),
    ended: (joined) => notes.push(`ended ${joined.forwardBytes} ${joined.backBytes}`),
    failed: (error) => notes.push(`failed ${error.code}`),
    closed: (why) => notes.push(`closed: ${why}`),
    ...over,
  }
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  const server = createHttpServer()
  server.on('upgrade', (incoming, socket, head) => {
    if (incoming.headers.authorization !== 'Bearer good-key') {
      return socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n')
    }
    sockets.handleUpgrade(incoming, socket, head, (it) => served.push(serveTunnel(it, host)))
  })
  const port = await listening(server)
  return { url: `http://127.0.0.1:${port}`, notes, end: (why) => served[0]?.end(why) }
}

async function device(serve: (socket: Socket) => void): Promise<number> {
  return listening(
    createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined)
      cleanups.push(() => socket.destroy())
      serve(socket)
    }),
  )
}

async function opened(url: string): Promise<Tunnel> {
  const tunnel = await openTunnel({ url, apiKey: 'good-key' }, request)
  cleanups.push(() => void tunnel.close())
  return tunnel
}

async function localClient(tunnel: Tunnel, refused: (line: string) => void = () => undefined): Promise<Socket> {
  const local = await listenLocally({ port: 0, tunnel, refused })
  cleanups.push(() => local.close())
  const socket = connect({ port: local.port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => undefined)
  cleanups.push(() => socket.destroy())
  return socket
}

/** Resolves when the socket is gone, in order or not. */
function gone(socket: Socket): Promise<void> {
  return new Promise((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())))
}

function everything(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (it: Buffer) => chunks.push(it))
  return once(socket, 'end').then(() => Buffer.concat(chunks))
}

test('bytes are the same both ways, in chunks of any size, after the end of one direction too', async () => {
  const sent = randomBytes(8 << 20)
  const port = await device((socket) => {
    // Answers only when the question has ended: needs half-close.
    void everything(socket).then((all) => socket.end(all.reverse()))
  })
  const relay = await relayTo(port)
  const socket = await localClient(await opened(relay.url))
  const answer = everything(socket)
  for (let at = 0, size = 1; at < sent.length; at += size, size = (size * 7 + 13) % 70_000 || 1) {
    if (!socket.write(sent.subarray(at, at + size))) await once(socket, 'drain')
  }
  socket.end()
  expect((await answer).equals(Buffer.from(sent).reverse())).toBe(true)
  await expect.poll(() => relay.notes).toEqual(['began', `ended ${sent.length} ${sent.length}`])
})

test('a device that does not read stops the engineer, and goes on when it reads', async () => {
  const held = Promise.withResolvers<Socket>()
  const port = await device((socket) => held.resolve(socket.pause()))
  const relay = await relayTo(port)
  const socket = await localClient(await opened(relay.url))
  const total = 64 << 20
  const chunk = Buffer.alloc(64 << 10)
  let flushed = 0
  for (let sent = 0; sent < total; sent += chunk.length) {
    socket.write(chunk, () => {
      flushed += chunk.length
    })
  }
  socket.end()
  const atDevice = await held.promise
  // Nothing moves between two looks: all buffers on the way are full.
  let before = -1
  const isStill = (): boolean => {
    const same = flushed > 0 && flushed === before
    before = flushed
    return same
  }
  await expect.poll(isStill, { interval: 500 }).toBe(true)
  expect(flushed).toBeLessThan(total / 2)
  let received = 0
  atDevice.on('data', (it) => {
    received += it.length
  })
  atDevice.resume()
  await once(atDevice, 'end')
  expect(received).toBe(total)
})

test('a refusal of the agent reaches the engineer in one line, the tool is reset', async () => {
  const port = await device(() => undefined)
  const line = 'No grant at the agent covers cam-07:554; steward agent grant --device cam-07 --port 554 --minutes 60.'
  const refusal = async (): Promise<never> => {
    throw new StewardError('support/no-grant', line)
  }
  const relay = await relayTo(port, { connect: refusal })
  const told = Promise.withResolvers<string>()
  const socket = await localClient(await opened(relay.url), told.resolve)
  expect(await told.promise).toBe(line)
  await gone(socket)
  expect(relay.notes).toEqual(['failed support/no-grant'])
  const early = await relayTo(port, { open: refusal })
  await expect(openTunnel({ url: early.url, apiKey: 'good-key' }, request)).rejects.toMatchObject({
    code: 'support/no-grant',
    message: line,
  })
})

test('when the hub ends a tunnel its connections end at once and the engineer is told why', async () => {
  const atDevice: Socket[] = []
  const port = await device((socket) => atDevice.push(socket.resume()))
  const relay = await relayTo(port)
  const tunnel = await opened(relay.url)
  const socket = await localClient(tunnel)
  await expect.poll(() => relay.notes).toContain('began')
  relay.end('your key was revoked')
  expect(await tunnel.ended).toBe('your key was revoked')
  await Promise.all([...atDevice, socket].map(gone))
  expect(atDevice).toHaveLength(1)
  await expect(tunnel.connect()).rejects.toMatchObject({ message: 'The tunnel has ended: your key was revoked.' })
  await expect.poll(() => relay.notes.at(-1)).toBe('closed: your key was revoked')
})

test('a wrong key, no hub, another server: one clear line each', async () => {
  const relay = await relayTo(1)
  const wrong = openTunnel({ url: relay.url, apiKey: 'bad-key' }, request)
  await expect(wrong).rejects.toMatchObject({ message: expect.stringContaining('HTTP 401') })
  const port = await listening(createHttpServer((_request, response) => response.end('hello')))
  const other = openTunnel({ url: `http://127.0.0.1:${port}`, apiKey: 'good-key' }, request)
  await expect(other).rejects.toMatchObject({ code: 'uplink/unreachable' })
  const none = openTunnel({ url: 'http://127.0.0.1:1', apiKey: 'good-key' }, request)
  await expect(none).rejects.toMatchObject({ message: expect.stringContaining('ECONNREFUSED') })
})

test('a local port that is in use is named', async () => {
  const port = await device(() => undefined)
  const tunnel = { connect: () => Promise.reject(new Error('not asked')) }
  await expect(listenLocally({ port, tunnel, refused: () => undefined })).rejects.toMatchObject({
    code: 'system/port-in-use',
    message: expect.stringContaining(String(port)),
  })
})

test('another port than the one that was opened is not carried', async () => {
  const relay = await relayTo(1, { open: async () => ({ id: 't', grantedUntil: '2026-03-01T00:00:00.000Z' }) })
  const tunnel = await openTunnel({ url: relay.url, apiKey: 'good-key' }, request)
  cleanups.push(() => void tunnel.close())
  expect(relay.notes).toEqual([])
  const broken = await relayTo(1)
  const second = await openTunnel({ url: broken.url, apiKey: 'good-key' }, { ...request, port: 22 })
  cleanups.push(() => void second.close())
  await expect(second.connect()).rejects.toMatchObject({ code: 'system/internal' })
})
