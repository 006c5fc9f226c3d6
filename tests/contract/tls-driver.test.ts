import { createDrivers, openSession } from '@steward/agent/drivers'
import { TlsConnection } from '@steward/shared/model'
import { afterEach, expect, test } from 'vitest'
import { openGate, startTlsServer } from '../simulators/index.ts'

const closers: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const dayMs = 86_400_000
const limits = () => ({ timeoutMs: 5000, signal: new AbortController().signal })

async function read(madeAt: number, rest: object = {}) {
  const server = await startTlsServer(openGate(), madeAt)
  const connection = TlsConnection.parse({ driver: 'tls', port: server.port, ...rest })
  const session = openSession(createDrivers({}), { device: 'd', address: '127.0.0.1', connection, secret: null })
  closers.push(server.close, () => session.close())
  return session.poll(limits())
}

test('a new certificate of an authority that nobody knows: read, and said so', async () => {
  const { values, points } = await read(Date.now(), { serverName: 'localhost' })
  expect(values).toMatchObject({
    'tls.protocol': 'TLSv1.3',
    'tls.chain': 'self-signed-cert-in-chain',
    'tls.name': 'ok',
  })
  expect(values['tls.days-left']).toBeCloseTo(397, 0)
  expect(values['tls.issuer']).not.toBe('')
  const end = points?.find((it) => it.id === 'tls.days-left')
  expect(end).toMatchObject({ limits: { low: 14 }, watch: { isDirect: false } })
})

test('one that has ended is read too, and below its limit', async () => {
  const { values } = await read(Date.now() - 400 * dayMs)
  expect(values['tls.days-left']).toBeCloseTo(-3, 0)
})

test('another name is told, and watched only where a name is stated', async () => {
  const watched = async (rest: object) => {
    const { values, points } = await read(Date.now(), rest)
    return [values['tls.name'], points?.find((it) => it.id === 'tls.name')?.watch?.states]
  }
  expect(await watched({ serverName: 'mail.example.org' })).toEqual(['other-name', ['other-name']])
  expect((await watched({}))[1]).toBeUndefined()
})
