import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createGate, recorderPage, startWebDevice } from '../simulators/index.ts'
import { closedPort } from './bad-devices.ts'
import { type Device, driverFixtures } from './driver-fixtures.ts'

const steward = join(import.meta.dirname, '..', '..', 'steward.js')

async function probe(args: readonly string[], input = '') {
  const child = spawn(process.execPath, [steward, 'probe', ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.end(input)
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const [out, err, status] = await Promise.all([text(child.stdout), text(child.stderr), exit])
  return { out, err, status }
}

const devices = new Map<string, Device>()
beforeAll(async () => {
  for (const fixture of driverFixtures) devices.set(fixture.name, await fixture.start())
})
afterAll(async () => {
  for (const device of devices.values()) await device.close()
})

const portOf = (name: string): number => devices.get(name)?.port ?? 0
const v3 = (auth: string) =>
  `snmpv3://steward@127.0.0.1:${portOf('snmp v3 authPriv')}?auth=sha:${auth}&priv=aes:priv-right`

describe('steward probe', () => {
  test('asks servers of names, of time and of TLS', async () => {
    const read = async (target: string) => {
      const { out, status } = await probe([target, '--json'])
      const { points, target: shown } = JSON.parse(out)
      return { status, shown, points: points.map((it: { id: string; value: unknown }) => [it.id, it.value]) }
    }
    const dns = `dns://127.0.0.1:${portOf('dns')}/door.example.org`
    expect(await read(`${dns}?expect=192.0.2.7`)).toMatchObject({ status: 0, shown: `${dns}?type=A` })
    const other = await read(`${dns}?type=a&expect=192.0.2.8`)
    expect(other.points).toContainEqual(['dns.state', 'other-answer'])
    const ntp = await read(`ntp://127.0.0.1:${portOf('ntp')}`)
    expect(ntp.points).toContainEqual(['ntp.stratum', 2])
    const tls = await read(`tls://127.0.0.1:${portOf('tls')}`)
    expect(tls.points).toContainEqual(['tls.chain', 'self-signed-cert-in-chain'])
  })

  test('reads an SNMP target as one JSON object of the documented shape', async () => {
    const { out, status } = await probe([`snmp://building@127.0.0.1:${portOf('snmp v2c')}`, '--json'])
    const report = JSON.parse(out)
    expect(status).toBe(0)
    expect(Object.keys(report)).toEqual([
      'target',
      'profile',
      'identity',
      'interfaces',
      'points',
      'neighbours',
      'tookMs',
      'errors',
    ])
    expect(report.target).toBe(`snmp://127.0.0.1:${portOf('snmp v2c')}`)
    expect(report.identity).toMatchObject({ kind: 'ups' })
    const charge = report.points.find((it: { id: string }) => it.id === 'battery.charge')
    expect(charge).toMatchObject({ class: 'charge', unit: '%', state: null })
    expect(typeof charge.value).toBe('number')
    const state = report.points.find((it: { id: string }) => it.id === 'battery.state')
    expect(state.state).toBe(state.value)
  })

  test('reads SNMPv3, Modbus, ONVIF, RTSP, HTTP and TCP', async () => {
    const targets = [
      v3('auth-right'),
      `modbus://127.0.0.1:${portOf('modbus')}/1`,
      `onvif://service:Right-1@127.0.0.1:${portOf('onvif')}`,
      `rtsp://service:Right-1@127.0.0.1:${portOf('rtsp')}/main`,
      `http://service:Right-1@127.0.0.1:${portOf('http')}/api/status`,
      `tcp://127.0.0.1:${portOf('tcp')}`,
    ]
    for (const target of targets) {
      const { out, err, status } = await probe([target, '--json'])
      expect(`${status} ${err}`, target.split(':')[0]).toBe('0 ')
      expect(JSON.parse(out).errors.filter((it: { point: string | null }) => it.point === null)).toEqual([])
    }
    expect(JSON.parse((await probe([targets[1] ?? '', '--json'])).out).identity).toMatchObject({ vendor: 'Example' })
  }, 60_000)

  test('knows a recorder by its web interface, and reads what is published at a broker', async () => {
    const gate = createGate()
    const channels = [{ name: 'Gate', address: '192.168.1.31', online: true, recording: true }]
    const page = recorderPage({ name: 'NVR', channels, disks: [], clockOffsetMs: 0 })
    const recorder = await startWebDevice({ gate, credentials: { user: 'service', password: 'Right-1' }, page })
    const nvr = await probe([`http://service:Right-1@127.0.0.1:${recorder.port}/`, '--json'])
    await recorder.close()
    expect(JSON.parse(nvr.out)).toMatchObject({
      target: `http://127.0.0.1:${recorder.port}/`,
      profile: 'hikvision/isapi',
      identity: { vendor: 'Hikvision', model: 'DS-7616NI-K2', firmware: '4.61.010', kind: 'nvr' },
    })
    const broker = `mqtt://127.0.0.1:${portOf('mqtt')}/hall/meter`
    const meter = await probe([broker.replace('//', '//service:Right-1@'), '--json'])
    expect(JSON.parse(meter.out).target).toBe(broker)
    expect(JSON.parse(meter.out).points).toContainEqual(
      expect.objectContaining({ id: 'hall.meter.power.w', value: 230.5 }),
    )
    expect(nvr.out + meter.out).not.toContain('Right-1')
    expect([nvr.status, meter.status]).toEqual([0, 0])
  }, 30_000)

  test('says in words for people what it found', async () => {
    const { out, status } = await probe([`onvif://service:Right-1@127.0.0.1:${portOf('onvif')}`])
    expect(status).toBe(0)
    expect(out).toContain('404705923918060213')
    expect(out).not.toContain('Right-1')
  })

  test('takes secrets from a file and from standard input, and prints none back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'steward-probe-'))
    const file = join(folder, 'camera.yaml')
    writeFileSync(file, 'user: service\npassword: Right-1\n')
    const target = `onvif://127.0.0.1:${portOf('onvif')}`
    const byFile = await probe([target, '--credentials', file, '--json'])
    const byInput = await probe([target, '--credentials', '-', '--json'], '{"user":"service","password":"Right-1"}')
    rmSync(folder, { recursive: true })
    for (const { out, status } of [byFile, byInput]) {
      expect(status).toBe(0)
      expect(out).toContain('404705923918060213')
      expect(out).not.toContain('Right-1')
    }
  })

  test.each([
    ['a wrong password', () => [`onvif://service:Wrong-1@127.0.0.1:${portOf('onvif')}`], 'driver/refused-credentials'],
    [
      'a wrong password at a broker',
      () => [`mqtt://service:Wrong-1@127.0.0.1:${portOf('mqtt')}/a/+`],
      'driver/refused-credentials',
    ],
    ['a wrong pass phrase', () => [v3('auth-wrong'), '--timeout', '500'], 'driver/refused-credentials'],
    ['no password', () => [`onvif://127.0.0.1:${portOf('onvif')}`], 'driver/no-secret'],
  ])('%s: exit 1, the reason in the report, no secret in it', async (_, args, code) => {
    const { out, err, status } = await probe([...args(), '--json'])
    expect(status).toBe(1)
    expect(JSON.parse(out).errors).toEqual([{ point: null, code, message: expect.stringMatching(/^[^\n]{10,300}$/) }])
    expect(out + err).not.toMatch(/Wrong-1|auth-wrong/)
  })

  test('nobody there: exit 1 and one clear reason', async () => {
    const { out, status } = await probe([`tcp://127.0.0.1:${await closedPort()}`, '--json'])
    expect(status).toBe(1)
    expect(JSON.parse(out).errors[0]).toMatchObject({ code: 'driver/unreachable' })
  })

  test.each([
    [['ftp://secret@10.0.0.1']],
    [['onvif://user:secret@']],
    [['snmp://secret@10.0.0.1:99999']],
    [['modbus://10.0.0.1/unit-secret']],
    [['onvif://10.0.0.1', '--credentials', '/nowhere/secret.yaml']],
    [['onvif://10.0.0.1', '--timeout', 'soon']],
    [['onvif://%zz@10.0.0.1']],
    [[]],
  ])('bad input ends with status 2 and one line that repeats no secret: %j', async (args) => {
    const { out, err, status } = await probe(args)
    expect(status).toBe(2)
    expect(out).toBe('')
    expect(err.trim().split('\n')).toHaveLength(1)
    expect(err.replace('/nowhere/secret.yaml', '')).not.toContain('secret')
  })
})
