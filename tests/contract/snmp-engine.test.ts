import { spawnSync } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  createSnmpEngine,
  getMany,
  type SnmpEngine,
  type SnmpTarget,
  type UsmUser,
  walk,
} from '../../agent/src/drivers/snmp/engine/index.ts'
import { findProgram } from '../requirements.ts'
import { type Snmpd, startSnmpd } from './snmpd.ts'

const options = { timeoutMs: 2000, retries: 1 }
const system = '1.3.6.1.2.1.1'
const sysLocation = '1.3.6.1.2.1.1.6.0'

describe.skipIf(findProgram('snmpd') === null || findProgram('snmpget') === null)('against snmpd', () => {
  let snmpd: Snmpd
  let engine: SnmpEngine

  beforeAll(async () => {
    snmpd = await startSnmpd()
    engine = createSnmpEngine()
  })
  afterAll(async () => {
    engine.close()
    await snmpd.stop()
  })

  const byUser = (user: UsmUser): SnmpTarget => ({
    address: '127.0.0.1',
    port: snmpd.port,
    version: 'v3',
    user,
    context: '',
  })
  const byCommunity = (version: 'v1' | 'v2c', community = 'public'): SnmpTarget => ({
    address: '127.0.0.1',
    port: snmpd.port,
    version,
    community,
  })

  const targets: [string, () => SnmpTarget][] = [
    ['v1', () => byCommunity('v1')],
    ['v2c', () => byCommunity('v2c')],
    [
      'MD5 and DES',
      () =>
        byUser({
          name: 'md5des',
          auth: { protocol: 'md5', passphrase: 'authpass1' },
          priv: { protocol: 'des', passphrase: 'privpass1' },
        }),
    ],
    [
      'SHA and AES',
      () =>
        byUser({
          name: 'shaaes',
          auth: { protocol: 'sha', passphrase: 'authpass2' },
          priv: { protocol: 'aes', passphrase: 'privpass2' },
        }),
    ],
    [
      'SHA-512 and AES-256',
      () =>
        byUser({
          name: 'sha512aes256',
          auth: { protocol: 'sha512', passphrase: 'authpass3' },
          priv: { protocol: 'aes256b', passphrase: 'privpass3' },
        }),
    ],
    [
      'SHA-224 and AES-192',
      () =>
        byUser({
          name: 'sha224aes192',
          auth: { protocol: 'sha224', passphrase: 'authpass5' },
          priv: { protocol: 'aes192b', passphrase: 'privpass5' },
        }),
    ],
    [
      'SHA-384 and DES',
      () =>
        byUser({
          name: 'sha384des',
          auth: { protocol: 'sha384', passphrase: 'authpass6' },
          priv: { protocol: 'des', passphrase: 'privpass6' },
        }),
    ],
    [
      'SHA and AES-256, its key extended',
      () =>
        byUser({
          name: 'shaaes256',
          auth: { protocol: 'sha', passphrase: 'authpass7' },
          priv: { protocol: 'aes256b', passphrase: 'privpass7' },
        }),
    ],
    [
      'SHA-256 without privacy',
      () => byUser({ name: 'sha256', auth: { protocol: 'sha256', passphrase: 'authpass4' } }),
    ],
  ]

  test.each(targets)('%s: reads what the C client reads', async (_, target) => {
    const values = await walk(engine, target(), system, options)
    const location = values.find((it) => it.oid === sysLocation)
    expect(location?.type === 'octets' ? location.value.toString() : null).toBe('plant room')
    const client = spawnSync('snmpbulkwalk', ['-v2c', '-c', 'public', '-On', `127.0.0.1:${snmpd.port}`, system], {
      encoding: 'utf8',
    })
    const oids = [...client.stdout.matchAll(/^\.([\d.]+) = /gm)].map((it) => it[1])
    expect(values.map((it) => it.oid)).toEqual(oids)
  })

  test('objects that are not there are left out', async () => {
    for (const version of ['v1', 'v2c'] as const) {
      const found = await getMany(
        engine,
        byCommunity(version),
        [sysLocation, '1.3.6.1.2.1.1.99.0', '1.3.6.1.2.1.1.1.0'],
        options,
      )
      expect([...found.keys()].sort()).toEqual(['1.3.6.1.2.1.1.1.0', sysLocation])
    }
  })

  test.each([
    ['user', { name: 'nobody', auth: { protocol: 'sha', passphrase: 'authpass2' } }],
    [
      'pass phrase',
      {
        name: 'shaaes',
        auth: { protocol: 'sha', passphrase: 'not-the-one' },
        priv: { protocol: 'aes', passphrase: 'privpass2' },
      },
    ],
  ] as [string, UsmUser][])('a wrong %s is told as refused', async (_, user) => {
    await expect(engine.request(byUser(user), { type: 'get', oids: [sysLocation] }, options)).rejects.toMatchObject({
      kind: 'refused',
    })
  })
})

/** A target that says what the test wants, to see what the engine makes of it. */
describe('against a target that misbehaves', () => {
  let socket: Socket
  let engine: SnmpEngine
  let answer: (request: Buffer) => Buffer[]
  let asked: number

  beforeEach(async () => {
    asked = 0
    socket = createSocket('udp4').bind(0, '127.0.0.1')
    socket.on('message', (request, from) => {
      asked += 1
      for (const bytes of answer(request)) socket.send(bytes, from.port, from.address)
    })
    await once(socket, 'listening')
    engine = createSnmpEngine()
  })
  afterEach(() => {
    engine.close()
    socket.close()
  })

  const target = (): SnmpTarget => ({
    address: '127.0.0.1',
    port: socket.address().port,
    version: 'v2c',
    community: 'public',
  })
  const ask = (signal?: AbortSignal) =>
    engine.request(
      target(),
      { type: 'get', oids: [sysLocation] },
      { timeoutMs: 50, retries: 1, ...(signal ? { signal } : {}) },
    )

  test('silence is a time-out, after the retries', async () => {
    answer = () => []
    await expect(ask()).rejects.toMatchObject({ kind: 'timeout' })
    expect(asked).toBe(2)
  })

  test('garbage is not an answer', async () => {
    answer = () => [Buffer.from('not SNMP at all'), Buffer.alloc(0), Buffer.from('30', 'hex')]
    await expect(ask()).rejects.toMatchObject({ kind: 'timeout' })
  })

  test('an answer to another request is not taken', async () => {
    answer = (request) => {
      const other = Buffer.from(request)
      other[other.indexOf(0xa0)] = 0xa2
      const id = other.indexOf(0xa2) + 4
      other[id] = (other[id] ?? 0) ^ 1
      return [other]
    }
    await expect(ask()).rejects.toMatchObject({ kind: 'timeout' })
  })

  test('an abort ends the request at once', async () => {
    answer = () => []
    const abort = new AbortController()
    const asking = engine.request(
      target(),
      { type: 'get', oids: [sysLocation] },
      { timeoutMs: 60_000, retries: 0, signal: abort.signal },
    )
    abort.abort()
    await expect(asking).rejects.toMatchObject({ kind: 'aborted' })
  })

  test('a walk that does not advance ends', async () => {
    answer = (request) => {
      // The request itself as its answer: the same OID with a null value, again and again.
      const echo = Buffer.from(request)
      echo[echo.findIndex((it) => it === 0xa1 || it === 0xa5)] = 0xa2
      return [echo]
    }
    expect(await walk(engine, target(), system, { timeoutMs: 1000, retries: 0 })).toEqual([])
  })
})
