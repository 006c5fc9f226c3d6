import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { afterEach, expect, test } from 'vitest'
import { joinStreams } from './join-streams.ts'

const servers: Server[] = []
afterEach(() => {
  for (const it of servers.splice(0)) it.close()
})

/** Both ends of a TCP connection on this machine. */
async function pair(): Promise<{ near: Socket; far: Socket }> {
  const server = createServer({ allowHalfOpen: true })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve))
  const near = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  return { near, far: await accepted }
}

async function textFrom(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (chunk) => {
    text += String(chunk)
  })
  await once(socket, 'end')
  return text
}

test('an end goes through while the other direction still talks', async () => {
  const client = await pair()
  const device = await pair()
  const joined = { forwardBytes: 0, backBytes: 0 }
  const done = joinStreams(client.far, device.near, joined)
  client.near.end('question')
  expect(await textFrom(device.far)).toBe('question')
  device.far.end('a long answer')
  expect(await textFrom(client.near)).toBe('a long answer')
  expect(await done).toEqual({ complete: true })
  expect(joined).toEqual({ forwardBytes: 8, backBytes: 13 })
})

test('a writer waits for a reader that does not read', async () => {
  const release: (() => void)[] = []
  let read = 0
  const source = new Duplex({
    read() {
      read += 1
      this.push(Buffer.alloc(16_384))
    },
    write: (_chunk, _encoding, done) => done(),
  })
  const stuck = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => void release.push(done) })
  const done = joinStreams(source, stuck, { forwardBytes: 0, backBytes: 0 })
  await once(source, 'pause')
  expect(read).toBeLessThan(20)
  const before = read
  const pausedAgain = once(source, 'pause')
  while (release.length > 0) release.shift()?.()
  await pausedAgain
  expect(read).toBeGreaterThan(before)
  expect(read).toBeLessThan(40)
  source.destroy()
  expect(await done).toEqual({ complete: false })
})

test('a broken connection breaks the other one, in both directions', async () => {
  for (const side of ['client', 'device'] as const) {
    const client = await pair()
    const device = await pair()
    const done = joinStreams(client.far, device.near, { forwardBytes: 0, backBytes: 0 })
    const [broken, other] = side === 'client' ? [client.near, device.far] : [device.far, client.near]
    const reset = new Promise<string>((resolve) => other.on('error', (error) => resolve(String(error))))
    broken.resetAndDestroy()
    expect(await reset).toMatch(/ECONNRESET/)
    expect(await done).toEqual({ complete: false })
  }
})
