import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  createDrivers,
  type DeviceSecret,
  type DriverSession,
  type Drivers,
  loadHttpProfiles,
  loadProfiles,
  openSession,
} from '@steward/agent/drivers'
import { isStewardError, type StewardError } from '@steward/shared/errors'
import { afterEach, describe, expect, test } from 'vitest'
import { recordings } from '../requirements.ts'
import { until } from '../until.ts'
import { closedPort, startBadTcp, startBadUdp } from './bad-devices.ts'
import { type DriverFixture, driverFixtures } from './driver-fixtures.ts'
import { readExpected, replayCamera } from './onvif-recording.ts'

const folderOfProfiles = join(import.meta.dirname, '..', '..', 'agent', 'profiles')
const { profiles } = loadProfiles(folderOfProfiles)
const { profiles: webProfiles } = loadHttpProfiles(folderOfProfiles)
const opened: { drivers: Drivers; session: DriverSession; closers: (() => Promise<void>)[] }[] = []

afterEach(async () => {
  for (const { drivers, session, closers } of opened.splice(0)) {
    session.close()
    for (const driver of Object.values(drivers)) driver.close()
    for (const close of closers) await close()
  }
})

function open(
  fixture: DriverFixture,
  port: number,
  secret: DeviceSecret | null,
  closers: (() => Promise<void>)[] = [],
) {
  const drivers = createDrivers({ snmp: profiles, http: webProfiles })
  const connection = fixture.connection(port)
  const session = openSession(drivers, { device: 'tested', address: '127.0.0.1', connection, secret })
  opened.push({ drivers, session, closers })
  return session
}

async function openHealthy(fixture: DriverFixture, secret = fixture.secret) {
  const device = await fixture.start()
  return { device, session: open(fixture, device.port, secret, [device.close]) }
}

function limits(timeoutMs: number, signal = new AbortController().signal) {
  return { timeoutMs, signal }
}

/** The StewardError that a poll ends with. */
async function pollError(session: DriverSession, timeoutMs: number): Promise<StewardError> {
  const error = await session.poll(limits(timeoutMs)).then(
    (it) => new Error(`it gave ${JSON.stringify(it)}`),
    (it: unknown) => it,
  )
  if (!isStewardError(error)) throw error
  return error
}

/** Sockets and timers of this process, by kind. */
function resources(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

describe.each(driverFixtures)('$name', (fixture) => {
  const refusing = fixture.wrongSecret === null ? [] : [fixture.wrongSecret]

  test('reads a healthy device, again and again', async () => {
    const { session } = await openHealthy(fixture)
    expect(await session.check(limits(2000))).toMatchObject({ ok: true })
    const first = await session.poll(limits(2000))
    expect(first.points?.map((it) => it.id)).toContain(fixture.point)
    expect(first.values[fixture.point]).not.toBeNull()
    expect(first.values).toHaveProperty([fixture.point])
    const second = await session.poll(limits(2000))
    expect(second.points).toBeUndefined()
    expect(Object.keys(second.values)).toEqual(expect.arrayContaining(Object.keys(first.values)))
  })

  test('every value that is read has a point, and every point a name', async () => {
    const { session } = await openHealthy(fixture)
    const { points = [], values } = await session.poll(limits(2000))
    const ids = points.map((it) => it.id)
    expect(Object.keys(values).filter((it) => !ids.includes(it))).toEqual([])
    expect(new Set(ids).size).toBe(ids.length)
    expect(points.filter((it) => it.name === '')).toEqual([])
  })

  test('a port that nobody listens on is a failed check with a reason', async () => {
    const session = open(fixture, await closedPort(), fixture.secret)
    const outcome = await session.check(limits(300))
    expect(outcome).toMatchObject({
      ok: false,
      code: fixture.hearsNoRefusal ? 'driver/timeout' : 'driver/unreachable',
    })
    const error = await pollError(session, 300)
    expect(error.code).toMatch(/^driver\/(timeout|unreachable)$/)
    expect(error.message).toContain('127.0.0.1')
  })

  test('a device that hangs is told from one that is gone, and read again when it is back', async () => {
    const { device, session } = await openHealthy(fixture)
    await session.poll(limits(2000))
    device.gate.set('power')
    await until('the device to be gone', async () => !(await session.check(limits(200))).ok, { withinMs: 5000 })
    device.gate.set(null)
    await until('the device to be back', async () => (await session.check(limits(500))).ok, { withinMs: 5000 })
    expect((await session.poll(limits(2000))).values[fixture.point]).toBeDefined()
  })

  test.each(refusing)('wrong credentials: up, refused, and said so', async (wrongSecret) => {
    const { session } = await openHealthy(fixture, wrongSecret)
    expect(await session.check(limits(2000))).toMatchObject({ ok: true })
    const error = await pollError(session, 2000)
    expect(error.code).toBe('driver/refused-credentials')
    const secrets = Object.values(wrongSecret).filter((it) => it !== undefined)
    expect(secrets.filter((it) => error.message.includes(it) && it !== 'service')).toEqual([])
  })

  test.each(refusing.slice(0, 1))('a password that is changed at the device is refused at the next poll', async () => {
    const { device, session } = await openHealthy(fixture)
    await session.poll(limits(2000))
    device.gate.set('auth')
    expect((await pollError(session, 1000)).code).toBe('driver/refused-credentials')
    expect(await session.check(limits(2000))).toMatchObject({ ok: true })
    device.gate.set(null)
    expect((await session.poll(limits(2000))).values[fixture.point]).toBeDefined()
  })

  test.each(fixture.isConnectOnly ? [] : (['check', 'poll'] as const))('an abort ends a %s at once', async (what) => {
    const bad = await (fixture.transport === 'udp' ? startBadUdp : startBadTcp)('silent', fixture.driver)
    const session = open(fixture, bad.port, fixture.secret, [bad.close])
    const controller = new AbortController()
    const hourMs = 3_600_000
    const ended = session[what](limits(hourMs, controller.signal)).then(
      (it) => ('ok' in it && it.ok ? 'answered' : 'ended'),
      () => 'ended',
    )
    setImmediate(() => controller.abort())
    expect(await ended).toBe('ended')
    expect(await session.check(limits(hourMs, controller.signal))).toMatchObject({ ok: false })
  })

  test('leaves nothing open behind it', async () => {
    const before = resources()
    const device = await fixture.start()
    const drivers = createDrivers({ snmp: profiles, http: webProfiles })
    const target = { device: 'tested', address: '127.0.0.1', secret: fixture.secret }
    const session = openSession(drivers, { ...target, connection: fixture.connection(device.port) })
    await session.check(limits(2000))
    await session.poll(limits(2000))
    device.gate.set('hang')
    await session.check(limits(200))
    session.close()
    for (const driver of Object.values(drivers)) driver.close()
    await device.close()
    const kinds = ['TCPSocketWrap', 'TCPServerWrap', 'UDPWrap', 'TCPConnectWrap']
    await until('all sockets to be closed', () => kinds.every((it) => (resources()[it] ?? 0) <= (before[it] ?? 0)), {
      withinMs: 5000,
      everyMs: 20,
    })
  })
})

const folder = recordings('onvif')
const cameras = folder === null ? [] : readdirSync(folder).filter((it) => it.endsWith('.jsonl'))

describe.skipIf(folder === null)('recorded cameras [recordings]', () => {
  test.each(cameras)('%s is read, or refused with a clear error', async (file) => {
    const path = join(folder ?? '', file)
    const expected = readExpected(path.replace(/\.jsonl$/, '.expected.json'))
    const camera = await replayCamera(path)
    const fixture = driverFixtures.find((it) => it.driver === 'onvif')
    if (fixture === undefined) throw new Error('there is no ONVIF fixture')
    const session = open(fixture, camera.port, { user: 'service', password: 'x' }, [camera.close])
    expect(await session.check(limits(2000))).toMatchObject({ ok: true })
    if (expected.model === null || expected.model === undefined) {
      expect((await pollError(session, 2000)).code).toMatch(/^driver\/(refused-credentials|protocol)$/)
      return
    }
    const { identity, values, points } = await session.poll(limits(2000))
    expect(identity).toMatchObject({
      model: expected.model,
      ...(expected.manufacturer ? { vendor: expected.manufacturer } : {}),
      ...(expected.serial ? { serial: expected.serial } : {}),
      ...(expected.firmware ? { firmware: expected.firmware } : {}),
    })
    const withVideo = expected.profiles.filter((it) => typeof it.width === 'number')
    const resolutions = (points ?? []).filter((it) => it.class === 'resolution').map((it) => values[it.id])
    expect(resolutions).toEqual(withVideo.map((it) => `${it.width}x${it.height}`))
  })
})
