import { createDrivers, openSession } from '@steward/agent/drivers'
import { DnsConnection } from '@steward/shared/model'
import { afterEach, expect, test } from 'vitest'
import { openGate, startDnsServer } from '../simulators/index.ts'

const closers: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const zone = {
  'door.example.org A': ['192.0.2.9', '192.0.2.7'],
  'door.example.org TXT': ['v=door'],
  'www.example.org CNAME': ['Door.example.org'],
}
const limits = () => ({ timeoutMs: 5000, signal: new AbortController().signal })

async function ask(question: object, failure = 0) {
  const server = await startDnsServer(openGate(), zone, failure)
  const connection = DnsConnection.parse({ driver: 'dns', port: server.port, name: 'door.example.org', ...question })
  const session = openSession(createDrivers({}), { device: 'd', address: '127.0.0.1', connection, secret: null })
  closers.push(server.close, () => session.close())
  return session
}

test.each([
  [{}, 'ok', '192.0.2.7, 192.0.2.9'],
  [{ expect: '192.0.2.7' }, 'ok', '192.0.2.7, 192.0.2.9'],
  [{ expect: '192.0.2.8' }, 'other-answer', '192.0.2.7, 192.0.2.9'],
  [{ type: 'TXT' }, 'ok', 'v=door'],
  [{ name: 'www.example.org', type: 'CNAME', expect: 'door.example.org.' }, 'ok', 'Door.example.org'],
  [{ name: 'gone.example.org' }, 'no-such-name', ''],
  [{ type: 'AAAA' }, 'no-data', ''],
])('%j gives %s', async (question, state, answer) => {
  const { values } = await (await ask(question)).poll(limits())
  expect(values).toMatchObject({ 'dns.state': state, 'dns.answer': answer })
})

test.each([
  [2, 'server-failed'],
  [5, 'refused'],
])('response code %i is up, and %s', async (code, state) => {
  const session = await ask({}, code)
  expect(await session.check(limits())).toMatchObject({ ok: true })
  expect((await session.poll(limits())).values['dns.state']).toBe(state)
})
