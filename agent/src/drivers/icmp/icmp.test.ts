import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createIcmpDriver } from './index.ts'
import { createPinger, readTimes } from './pinger.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

const canPing = spawnSync('fping', ['-C', '1', '-q', '127.0.0.1']).status === 0
const limits = () => ({ timeoutMs: 3000, signal: new AbortController().signal })

function open(port: number, program?: string) {
  const driver = createIcmpDriver(program)
  closers.push(() => driver.close())
  return driver.open({ device: 'd', address: '127.0.0.1', connection: { driver: 'icmp', port }, secret: null })
}

test.skipIf(!canPing)('loopback answers every ping [fping]', async () => {
  const session = open(9)
  expect(await session.check(limits())).toMatchObject({ ok: true })
  const { values, errors } = await session.poll(limits())
  expect({ values, errors }).toEqual({
    values: { 'icmp.rtt': expect.any(Number), 'icmp.loss': 0, 'icmp.method': 'icmp' },
    errors: [],
  })
})

test.skipIf(!canPing)('many are asked at once, each gets its own answer [fping]', async () => {
  const pinger = createPinger('fping')
  closers.push(() => pinger.close())
  const addresses = Array.from({ length: 50 }, (_, at) => `127.0.1.${at + 1}`)
  const pings = await Promise.all(addresses.map((it) => pinger.ping(it, 2, 2000)))
  expect(pings.filter((it) => 'times' in it && it.times.length === 2)).toHaveLength(50)
})

test('without fping a port is knocked at, and that is said; refused is answered', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  const port = bound !== null && typeof bound === 'object' ? bound.port : 0
  const session = open(port, '/nowhere/fping')
  const { values, errors } = await session.poll(limits())
  expect(values).toMatchObject({ 'icmp.loss': null, 'icmp.method': 'tcp' })
  expect(errors[0]?.message).toMatch(/not installed.*knocked at/)
  server.close()
  await once(server, 'close')
  expect(await session.check(limits())).toMatchObject({ ok: true })
})

test('a program that fails is no answer of a device', async () => {
  const pinger = createPinger('false')
  closers.push(() => pinger.close())
  expect(await pinger.ping('127.0.0.1', 1, 100)).toEqual({ times: [] })
})

test('a question that was given up fails at once', async () => {
  const signal = AbortSignal.abort()
  expect(await open(9).check({ timeoutMs: 3000, signal })).toMatchObject({ ok: false, code: 'driver/timeout' })
})

test('lines of fping', () => {
  const said =
    'ICMP Host Unreachable from 10.0.0.1 for ICMP Echo sent to 10.0.0.9\n10.0.0.9   : - -\nfe80::1 : 0.5 12\nx : y\n'
  expect([...readTimes(said)]).toEqual([
    ['10.0.0.9', [null, null]],
    ['fe80::1', [0.5, 12]],
  ])
})
