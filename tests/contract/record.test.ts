/** `steward record`: what it writes can be served again, says the same, and names nobody. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { findProgram } from '../requirements.ts'
import { startSnmpsim } from './snmpsim.ts'

const steward = join(import.meta.dirname, '..', '..', 'steward.js')
const community = 'harbour-secret'
const deviceMac = '00:1b:21:77:88:99'
const lobby = ['192', '168', '40', '17'].join('.')
const secrets = [
  'SN-4711-XK',
  'switch-lobby',
  'Harbour Street',
  'ann@harbour.example',
  lobby,
  '77:88:99',
  'to cellar',
  community,
]

const ifEntry = '1.3.6.1.2.1.2.2.1'
const hex = (mac: string): string => mac.replaceAll(':', '')
const arcsOf = (mac: string): string => [...Buffer.from(hex(mac), 'hex')].join('.')

const walk = [
  ['1.0.8802.1.1.2.1.3.2.0', '4x', hex(deviceMac)],
  ['1.3.6.1.2.1.1.1.0', 4, `Acme AX-2400 switch, firmware 4.17, at ${lobby}`],
  ['1.3.6.1.2.1.1.2.0', 6, '1.3.6.1.4.1.99999.1'],
  ['1.3.6.1.2.1.1.3.0', 67, 123_456],
  ['1.3.6.1.2.1.1.4.0', 4, 'ann@harbour.example'],
  ['1.3.6.1.2.1.1.5.0', 4, 'switch-lobby'],
  ['1.3.6.1.2.1.1.6.0', 4, '7 Harbour Street'],
  [`${ifEntry}.2.3`, 4, 'ge3'],
  [`${ifEntry}.3.3`, 2, 6],
  [`${ifEntry}.6.3`, '4x', hex(deviceMac)],
  [`${ifEntry}.7.3`, 2, 1],
  [`${ifEntry}.8.3`, 2, 1],
  [`1.3.6.1.2.1.4.20.1.1.${lobby}`, 64, lobby],
  [`1.3.6.1.2.1.4.22.1.2.3.${lobby}`, '4x', hex(deviceMac)],
  [`1.3.6.1.2.1.17.4.3.1.1.${arcsOf(deviceMac)}`, '4x', hex(deviceMac)],
  [`1.3.6.1.2.1.17.4.3.1.2.${arcsOf(deviceMac)}`, 2, 3],
  ['1.3.6.1.2.1.31.1.1.1.18.3', 4, 'to cellar'],
  ['1.3.6.1.2.1.33.1.1.2.0', 4, 'AX-UPS'],
  ['1.3.6.1.2.1.33.1.2.1.0', 2, 2],
  ['1.3.6.1.2.1.33.1.2.4.0', 2, 87],
  ['1.3.6.1.2.1.47.1.1.1.1.2.1', 4, 'chassis of switch-lobby'],
  ['1.3.6.1.2.1.47.1.1.1.1.5.1', 2, 3],
  ['1.3.6.1.2.1.47.1.1.1.1.11.1', 4, 'SN-4711-XK'],
  ['1.3.6.1.2.1.47.1.1.1.1.13.1', 4, 'AX-2400'],
  ['1.3.6.1.6.3.18.1.1.1.2.1', 4, community],
] as const

const Report = z.object({
  identity: z.record(z.string(), z.string().nullable()),
  interfaces: z.array(z.object({ index: z.number(), name: z.string(), operUp: z.boolean().nullable() })),
  points: z.array(z.object({ id: z.string(), value: z.unknown(), state: z.string().nullable() })),
})

async function run(...args: string[]) {
  const child = spawn(process.execPath, [steward, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { out, err, status }
}

describe.skipIf(findProgram('snmpsimd') === null)('steward record', () => {
  const folder = mkdtempSync(join(tmpdir(), 'steward-record-'))
  const [live, recorded] = [join(folder, 'live'), join(folder, 'recorded')]
  let simulator: Awaited<ReturnType<typeof startSnmpsim>>
  let target: string
  beforeAll(async () => {
    for (const it of [folder, live, recorded]) mkdirSync(it, { recursive: true })
    for (const it of [folder, live, recorded]) chmodSync(it, 0o755)
    writeFileSync(join(live, `${community}.snmprec`), walk.map((it) => `${it.join('|')}\n`).join(''), { mode: 0o644 })
    simulator = await startSnmpsim(live)
    target = `snmp://${community}@127.0.0.1:${simulator.port}`
  })
  afterAll(async () => {
    await simulator?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const read = (name: string): string => readFileSync(join(recorded, name), 'latin1')
  const valueAt = (name: string, oid: string): string =>
    read(name)
      .split('\n')
      .find((it) => it.startsWith(`${oid}|`))
      ?.split('|')[2] ?? ''

  test('writes what says the same when it is served again, and names nobody', async () => {
    const made = await run('record', target, '--out', recorded, '--name', 'first')
    expect(made).toMatchObject({ status: 0, err: '' })
    chmodSync(join(recorded, 'first.snmprec'), 0o644)
    const replayed = await startSnmpsim(recorded)
    const { out } = await run('probe', `snmp://first@127.0.0.1:${replayed.port}`, '--json')
    await replayed.stop()
    const [again, expected] = [Report.parse(JSON.parse(out)), Report.parse(JSON.parse(read('first.expected.json')))]
    expect(again).toEqual(expected)
    const before = Report.parse(JSON.parse((await run('probe', target, '--json')).out))
    expect(expected.interfaces).toEqual(before.interfaces)
    const without = (it: typeof before) => it.points.filter((point) => point.id !== 'uptime')
    expect(without(expected)).toEqual(without(before))
    expect({ ...expected.identity, serial: '', name: '' }).toEqual({ ...before.identity, serial: '', name: '' })
    expect(expected.identity.serial).toMatch(/^[A-Z]{2}-[1-9]{4}-[A-Z]{2}$/)
    for (const file of ['first.snmprec', 'first.expected.json']) {
      for (const secret of secrets) expect(read(file).toLowerCase()).not.toContain(secret.toLowerCase())
      expect(read(file).toLowerCase()).not.toContain(hex(deviceMac).slice(6))
    }
  })

  test('what was the same is the same afterwards, in values and in indexes', () => {
    const mac = valueAt('first.snmprec', `${ifEntry}.6.3`)
    expect(mac).toMatch(/^001b21[0-9a-f]{6}$/)
    const arcs = [...Buffer.from(mac, 'hex')].join('.')
    expect(valueAt('first.snmprec', `1.3.6.1.2.1.17.4.3.1.2.${arcs}`)).toBe('3')
    expect(valueAt('first.snmprec', '1.0.8802.1.1.2.1.3.2.0')).toBe(mac)
    const address = /at (192\.168\.[\d.]+)/.exec(valueAt('first.snmprec', '1.3.6.1.2.1.1.1.0'))?.[1] ?? ''
    expect(valueAt('first.snmprec', `1.3.6.1.2.1.4.20.1.1.${address}`)).toBe(address)
    expect(valueAt('first.snmprec', `1.3.6.1.2.1.4.22.1.2.3.${address}`)).toBe(mac)
    const name = valueAt('first.snmprec', '1.3.6.1.2.1.1.5.0')
    expect(valueAt('first.snmprec', '1.3.6.1.2.1.47.1.1.1.1.2.1')).toBe(`chassis of ${name}`)
    expect(read('first.snmprec')).not.toContain('1.3.6.1.6.3')
  })

  test('another recording has other words', async () => {
    await run('record', target, '--out', recorded, '--name', 'second')
    const serial = '1.3.6.1.2.1.47.1.1.1.1.11.1'
    expect(valueAt('second.snmprec', serial)).not.toBe(valueAt('first.snmprec', serial))
  })

  test('is cut at as many values as are asked for, and says so', async () => {
    const { out } = await run('record', target, '--out', recorded, '--name', 'cut', '--max-values', '5')
    expect(out).toMatch(/cut\.snmprec: 5 values, cut at 1\.3\.6\.1\.2\.1\./)
  })

  test.each([
    ['modbus://127.0.0.1:502/1', [], 2, /Only SNMP devices are recorded/],
    ['snmp://x@127.0.0.1', ['--max-values', 'many'], 2, /--max-values takes/],
    ['snmp://x@127.0.0.1', ['--name', 'No Good'], 2, /--name takes/],
    ['snmp://nobody@127.0.0.1:1', ['--timeout', '50'], 1, /127\.0\.0\.1:1 \(SNMP v2c\) did not answer/],
  ] as const)('%s %j is told in one line', async (wrong, more, status, line) => {
    const said = await run('record', wrong, ...more, '--out', recorded)
    expect(said).toMatchObject({ status, err: expect.stringMatching(line) })
    expect(said.err.trim().split('\n')).toHaveLength(1)
  })

  test('Ctrl-C ends it and nothing is written', async () => {
    const args = ['record', `snmp://nobody@127.0.0.1:${simulator.port}`, '--out', recorded, '--name', 'never']
    const child = spawn(process.execPath, [steward, ...args, '--timeout', '60000'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const ended = Promise.all([text(child.stderr), once(child, 'exit')])
    // The signal counts once the command listens to it; before that it ends the process as well.
    const again = setInterval(() => child.kill('SIGINT'), 100)
    const [, [status]] = await ended
    clearInterval(again)
    expect(status).not.toBe(0)
    expect(readdirSync(recorded).filter((it) => it.startsWith('never'))).toEqual([])
  })
})
