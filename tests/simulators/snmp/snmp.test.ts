import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import snmp from 'net-snmp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findProgram } from '../../requirements.ts'
import { createGate, type GateControl } from '../gate.ts'
import { parseOid } from './ber.ts'
import { createObjects } from './mib.ts'
import { type SwitchModel, switchMib } from './switch.ts'
import { type SnmpCredentials, type SnmpTargetHandle, startSnmpTarget } from './target.ts'
import { upsMib } from './ups.ts'

const run = promisify(execFile)
const hour = 3_600_000

function model(over: Partial<SwitchModel> = {}): SwitchModel {
  const peer = {
    id: 'cam-01',
    mac: '02:57:00:00:00:07',
    address: '127.20.0.17',
    port: 'eth0',
    isBridge: false,
    speaksLldp: true,
    watts: 7.5,
    isPowered: () => true,
    bitsIn: () => 80_000_000,
    bitsOut: () => 20_000,
  }
  return {
    name: 'edge-1',
    model: 'SIM-EDGE',
    mac: '02:57:00:00:00:02',
    location: '1F',
    ports: Array.from({ length: 8 }, (_, i) => ({
      index: i + 1,
      name: `GigabitEthernet1/0/${i + 1}`,
      speedMbps: 1000,
      feeds: true,
      peer: i === 0 ? peer : null,
    })),
    forwarding: () => [{ mac: peer.mac, address: peer.address, port: 1 }],
    routes: true,
    olderMib: true,
    startedAt: Date.now(),
    now: Date.now,
    ...over,
  }
}

const v3 = (authProtocol: 'sha' | 'sha256'): SnmpCredentials => ({
  version: 'v3',
  user: 'steward',
  authProtocol,
  authPassphrase: 'simulated-auth',
  privPassphrase: 'simulated-priv',
})

describe('counters and clocks of a switch', () => {
  let now = 0
  const objects = createObjects(switchMib(model({ startedAt: 0, now: () => now })), () => now)
  const number = (oid: string): bigint => {
    const value = objects.get(parseOid(oid))
    return BigInt(`0x${value.subarray(2).toString('hex') || '0'}`)
  }

  test('a 32-bit counter is the 64-bit one with its upper half cut off, and wraps', () => {
    const seen = [1, 2, 3, 4].map((it) => {
      now = it * hour
      return { narrow: number('1.3.6.1.2.1.2.2.1.10.1'), wide: number('1.3.6.1.2.1.31.1.1.1.6.1') }
    })
    for (const { narrow, wide } of seen) expect(narrow).toBe(wide % 2n ** 32n)
    expect(seen.at(-1)?.wide).toBeGreaterThan(2n ** 32n)
    // 80 Mbit/s are 10 MB/s, with a drift about it.
    const rate = Number((seen[3]?.wide ?? 0n) - (seen[2]?.wide ?? 0n)) / 3600
    expect(rate).toBeGreaterThan(8_000_000)
    expect(rate).toBeLessThan(12_000_000)
  })

  test('the uptime is hundredths of a second, and 497 days later it begins again', () => {
    now = hour
    expect(number('1.3.6.1.2.1.1.3.0')).toBe(360_000n)
    now = 2 ** 32 * 10 + 1000
    expect(number('1.3.6.1.2.1.1.3.0')).toBe(100n)
  })

  test('a port with nothing on it counts nothing', () => {
    now = 2 * hour
    expect(number('1.3.6.1.2.1.31.1.1.1.6.2')).toBe(0n)
    expect(number('1.3.6.1.2.1.2.2.1.8.2')).toBe(2n)
  })
})

describe('the battery of the UPS', () => {
  test('runs down while mains are away, and says so', () => {
    let now = 0
    const objects = createObjects(upsMib({ name: 'ups-1', startedAt: 0, now: () => now, onBatterySince: () => 0 }))
    const value = (path: string) => objects.get(parseOid(`1.3.6.1.2.1.33.1.${path}.0`)).at(-1)
    expect([value('2.1'), value('4.1'), value('2.2')]).toEqual([2, 5, 0])
    const full = value('2.3') ?? 0
    now = 40 * 60_000
    expect(value('2.3')).toBeLessThan(full - 30)
    expect(value('2.1')).toBe(3)
  })
})

describe.skipIf(findProgram('snmpget') === null)('asked by the net-snmp of Debian', () => {
  const gate: GateControl = createGate()
  const targets: Record<'v2c' | 'sha' | 'sha256', SnmpTargetHandle | null> = { v2c: null, sha: null, sha256: null }
  beforeAll(async () => {
    const start = (credentials: SnmpCredentials) =>
      startSnmpTarget({
        address: '127.0.0.1',
        port: 0,
        gate,
        credentials,
        mib: (startedAt) => switchMib(model({ startedAt })),
      })
    targets.v2c = await start({ version: 'v2c', community: 'building-ro' })
    targets.sha = await start(v3('sha'))
    targets.sha256 = await start(v3('sha256'))
  })
  afterAll(async () => {
    for (const it of Object.values(targets)) await it?.close()
  })

  const at = (which: keyof typeof targets) => `127.0.0.1:${targets[which]?.port}`
  const v2c = ['-v2c', '-c', 'building-ro']
  const keys = (over: Record<string, string> = {}): string[] =>
    Object.entries({
      '-l': 'authPriv',
      '-u': 'steward',
      '-a': 'SHA',
      '-A': 'simulated-auth',
      '-x': 'AES',
      '-X': 'simulated-priv',
      ...over,
    }).flat()
  const ask = async (program: string, ...args: string[]) => {
    try {
      return (await run(program, args)).stdout.trim()
    } catch (error) {
      return error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)
    }
  }
  const names = (walk: string) => walk.split('\n').map((it) => it.split(' ')[0])

  test('one walk is like the other, whole and in order', async () => {
    const single = names(await ask('snmpwalk', ...v2c, '-On', at('v2c'), '.1'))
    const bulk = names(await ask('snmpbulkwalk', ...v2c, '-On', '-Cr50', at('v2c'), '.1'))
    expect(single.length).toBeGreaterThan(300)
    expect(bulk).toEqual(single)
    for (const root of [
      '.1.3.6.1.2.1.2.2.1.',
      '.1.3.6.1.2.1.31.1.1.1.',
      '.1.0.8802.1.1.2.1.4.1.1.',
      '.1.3.6.1.2.1.17.4.3.1.',
    ])
      expect(
        single.some((it) => it?.startsWith(root)),
        root,
      ).toBe(true)
    for (const root of [
      '.1.3.6.1.2.1.17.7.1.2.2.1.',
      '.1.3.6.1.2.1.105.1.1.1.',
      '.1.3.6.1.2.1.47.1.1.1.1.',
      '.1.3.6.1.2.1.4.22.1.',
    ])
      expect(
        single.some((it) => it?.startsWith(root)),
        root,
      ).toBe(true)
  })

  test('v3 with SHA-1 and with SHA-256', async () => {
    const walk = await ask('snmpbulkwalk', '-v3', ...keys(), '-On', at('sha'), '.1.3.6.1.2.1.2.2.1.2')
    expect(walk.split('\n').length).toBe(8)
    const name = await ask('snmpget', '-v3', ...keys({ '-a': 'SHA-256' }), '-Oqv', at('sha256'), '1.3.6.1.2.1.1.5.0')
    expect(name).toBe('"edge-1"')
  })

  test.each([
    [{ '-A': 'another-pass-phrase' }, 'Authentication failure'],
    [{ '-X': 'another-pass-phrase' }, 'Decryption error'],
    [{ '-u': 'nobody' }, 'Unknown user name'],
    [{ '-l': 'authNoPriv' }, 'Unsupported security level'],
  ])('v3 with %j is told why it is refused', async (over, why) => {
    expect(await ask('snmpget', '-v3', ...keys(over), at('sha'), '1.3.6.1.2.1.1.5.0')).toContain(why)
  })

  test('another community is silence', async () => {
    const said = await ask('snmpget', '-v2c', '-c', 'public', '-t', '0.2', '-r', '0', at('v2c'), '1.3.6.1.2.1.1.5.0')
    expect(said).toContain('Timeout')
  })

  test('another password from now on: v3 says so', async () => {
    gate.set('auth')
    const said = await ask('snmpget', '-v3', ...keys(), at('sha'), '1.3.6.1.2.1.1.5.0')
    gate.set(null)
    expect(said).toContain('Authentication failure')
  })

  test('what there is not is told apart, and nothing can be written', async () => {
    const said = await ask('snmpget', ...v2c, at('v2c'), '1.3.6.1.2.1.1.99.0', '1.3.6.1.2.1.2.2.1.2.77')
    expect(said).toContain('No Such Object')
    expect(said).toContain('No Such Instance')
    expect(await ask('snmpset', ...v2c, at('v2c'), '1.3.6.1.2.1.1.5.0', 's', 'x')).toContain('notWritable')
  })

  test('a question whose answer is too large is refused, not cut', async () => {
    const many = Array.from({ length: 80 }, () => '1.3.6.1.2.1.1.1.0')
    expect(await ask('snmpget', ...v2c, at('v2c'), ...many)).toContain('tooBig')
  })
})

describe('asked by npm net-snmp in one long session', () => {
  test('a reboot loses the uptime and not the session', async () => {
    let now = Date.now()
    const gate = createGate(() => now)
    const target = await startSnmpTarget({
      address: '127.0.0.1',
      port: 0,
      gate,
      credentials: v3('sha'),
      mib: (startedAt) => switchMib(model({ startedAt, now: () => now })),
    })
    const user = {
      name: 'steward',
      level: snmp.SecurityLevel.authPriv,
      authProtocol: snmp.AuthProtocols.sha,
      authKey: 'simulated-auth',
      privProtocol: snmp.PrivProtocols.aes,
      privKey: 'simulated-priv',
    }
    const session = snmp.createV3Session('127.0.0.1', user, { port: target.port, timeout: 1000, retries: 1 })
    const uptime = () =>
      new Promise<number>((resolve, reject) => {
        session.get(['1.3.6.1.2.1.1.3.0'], (error, varbinds) =>
          error === null ? resolve(Number(varbinds?.[0]?.value)) : reject(error),
        )
      })
    now += 100_000
    expect(await uptime()).toBe(10_000)
    gate.set('power')
    now += 50_000
    gate.set(null)
    expect(await uptime()).toBe(0)
    session.close()
    await target.close()
  })
})
