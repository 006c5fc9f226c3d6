import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createPlainServer, type RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDrivers, type DeviceSecret, openSession } from '@steward/agent/drivers'
import { ownCertificate } from '@steward/hub/http'
import { HttpConnection } from '@steward/shared/model'
import { afterEach, expect, test } from 'vitest'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function listen(server: Server & { closeAllConnections(): void }): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const bound = server.address()
  return bound !== null && typeof bound === 'object' ? bound.port : 0
}

function open(port: number, rest: object = {}, secret: DeviceSecret | null = null) {
  const drivers = createDrivers({})
  const connection = HttpConnection.parse({ driver: 'http', port, ...rest })
  const session = openSession(drivers, { device: 'tested', address: '127.0.0.1', connection, secret })
  closers.push(() => session.close())
  return session
}

const limits = (timeoutMs = 5000) => ({ timeoutMs, signal: new AbortController().signal })
const plain = (answer: RequestListener) => listen(createPlainServer(answer))

test('HTTPS with a certificate of its own: read, and how many days it still lasts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'steward-tls-'))
  const { key, cert } = await ownCertificate(folder, ['localhost'], Date.now())
  rmSync(folder, { recursive: true })
  const port = await listen(createServer({ key, cert }, (_, response) => response.end('{"door":{"open":false}}')))
  const values = [{ id: 'door', name: 'Door', path: 'door.open' }]
  const session = open(port, { tls: true, values })
  for (let again = 0; again < 2; again += 1) {
    const reading = await session.poll(limits())
    expect(reading.values).toMatchObject({ 'http.status': 200, door: false })
    expect(reading.values['tls.days-left']).toBeGreaterThan(1)
  }
})

test('a redirect is not followed: a device must not send the agent elsewhere', async () => {
  const asked: string[] = []
  const elsewhere = await plain((request, response) => {
    asked.push(request.url ?? '')
    response.end()
  })
  const port = await plain((_, response) =>
    response.writeHead(302, { location: `http://127.0.0.1:${elsewhere}/stolen` }).end(),
  )
  expect((await open(port).poll(limits())).values['http.status']).toBe(302)
  expect(asked).toEqual([])
})

test('a body without an end is cut off by size, a slow one by time', async () => {
  const endless = await plain((_, response) => {
    const write = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    }
    response.on('drain', write)
    write()
  })
  await expect(open(endless).poll(limits())).rejects.toMatchObject({ code: 'driver/protocol' })
  const slow = await plain((_, response) => {
    response.writeHead(200, { 'content-length': '100' })
    const drip = setInterval(() => response.write('x'), 20)
    response.on('close', () => clearInterval(drip))
  })
  await expect(open(slow).poll(limits(300))).rejects.toMatchObject({ code: 'driver/timeout' })
})

test('a kept connection that the device has closed meanwhile is no failure', async () => {
  let answers = 0
  const port = await plain((request, response) => {
    answers += 1
    // Says that it keeps the connection, and closes it once the answer is out.
    response.writeHead(200, { connection: 'keep-alive' }).end('{}', () => setImmediate(() => request.socket.destroy()))
  })
  const session = open(port)
  for (let i = 0; i < 20; i += 1) expect((await session.poll(limits())).values['http.status']).toBe(200)
  expect(answers).toBeGreaterThanOrEqual(20)
})

test('headers that are not quite right are taken, as devices send them', async () => {
  const { createServer: createTcpServer } = await import('node:net')
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end('HTTP/1.0 200 OK\nServer: DVR\u0001\nContent-Type: text/html\n\nhello'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => server.close())
  const bound = server.address()
  const session = open(bound !== null && typeof bound === 'object' ? bound.port : 0)
  expect((await session.poll(limits())).values['http.status']).toBe(200)
})

test('what is expected of an answer: its status, and a text that it must have', async () => {
  const port = await plain((request, response) => {
    response.writeHead(request.url === '/gone' ? 404 : 200).end('<p>Service is up</p>')
  })
  const stateAt = async (path: string, expected: object) => {
    const { values, points = [] } = await open(port, { path, expect: expected }).poll(limits())
    expect(points.find((it) => it.id === 'http.state')?.watch?.states).not.toContain('ok')
    return values['http.state']
  }
  expect(await stateAt('/', {})).toBe('ok')
  expect(await stateAt('/gone', {})).toBe('other-status')
  expect(await stateAt('/gone', { status: [404] })).toBe('ok')
  expect(await stateAt('/', { status: [200, 204], text: 'is up' })).toBe('ok')
  expect(await stateAt('/', { text: 'is down' })).toBe('text-missing')
})

test('a wrong password goes out once a poll, so that no account is locked', async () => {
  const wrong: string[] = []
  const port = await plain((request, response) => {
    const { authorization } = request.headers
    if (authorization !== undefined) wrong.push(authorization)
    response.writeHead(401, { 'www-authenticate': `Digest realm="door", qop="auth", nonce="${wrong.length}"` }).end()
  })
  const session = open(port, {}, { user: 'service', password: 'wrong' })
  for (const poll of [1, 2, 3]) {
    await session.check(limits())
    await expect(session.poll(limits())).rejects.toMatchObject({ code: 'driver/refused-credentials' })
    expect(wrong.length).toBe(poll)
  }
})

test('one challenge does for many polls', async () => {
  let challenges = 0
  const counts: string[] = []
  const port = await plain((request, response) => {
    const { authorization } = request.headers
    const count = /nc=([0-9a-f]{8})/.exec(authorization ?? '')?.[1]
    if (count === undefined) {
      challenges += 1
      response.writeHead(401, { 'www-authenticate': 'Digest realm="door", qop="auth", nonce="n"' }).end()
    } else {
      counts.push(count)
      response.end('{}')
    }
  })
  const session = open(port, {}, { user: 'service', password: 'right' })
  for (let poll = 0; poll < 3; poll += 1) await session.poll(limits())
  expect({ challenges, counts }).toEqual({ challenges: 1, counts: ['00000001', '00000002', '00000003'] })
})
