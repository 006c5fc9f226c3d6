import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDrivers, loadHttpProfiles, openSession, type Reading } from '@steward/agent/drivers'
import { HttpConnection } from '@steward/shared/model'
import { afterEach, describe, expect, test } from 'vitest'
import {
  accessPage,
  createGate,
  type DahuaState,
  type DoorState,
  dahuaPage,
  type Page,
  type RecorderState,
  recorderPage,
  startDoorController,
  startWebDevice,
} from '../simulators/index.ts'

const folder = join(import.meta.dirname, '..', '..', 'agent', 'profiles')
const { profiles, problems } = loadHttpProfiles(folder)
const credentials = { user: 'service', password: 'Right-1' }
const closers: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const limits = (timeoutMs = 5000) => ({ timeoutMs, signal: new AbortController().signal })

function open(port: number, rest: object = {}, secret: { user: string; password: string } | null = credentials) {
  const connection = HttpConnection.parse({ driver: 'http', port, ...rest })
  const drivers = createDrivers({ http: profiles })
  const session = openSession(drivers, { device: 'tested', address: '127.0.0.1', connection, secret })
  closers.push(() => session.close())
  return session
}

async function start(page: (path: string) => Page | null) {
  const gate = createGate()
  const asked: string[] = []
  const device = await startWebDevice({ gate, credentials, page, asked: (path) => asked.push(path) })
  closers.push(async () => {
    gate.close()
    await device.close()
  })
  return { port: device.port, asked, gate }
}

const wordsOf = (reading: Reading, pattern: RegExp) =>
  Object.fromEntries(Object.entries(reading.values).filter(([id]) => pattern.test(id)))

test('every profile can be read', () => {
  expect(problems).toEqual([])
  expect(profiles.map((it) => it.name)).toEqual(
    expect.arrayContaining(['hikvision/isapi', 'hikvision/access', 'dahua/cgi', 'generic/door']),
  )
})

function recorder(): RecorderState {
  return {
    name: 'NVR &amp; hall',
    channels: [
      { name: 'Gate', address: '192.168.1.31', online: true, recording: true },
      { name: 'Door', address: '192.168.1.32', online: false, recording: false },
    ],
    disks: [{ state: 'ok', megabytes: 4_000_000, freeMegabytes: 1_000_000 }],
    clockOffsetMs: 90_000,
  }
}

describe('a recorder of Hikvision', () => {
  test('who it is, what it records on which disks, and how far its clock is off', async () => {
    const { port } = await start(recorderPage(recorder()))
    const reading = await open(port).poll(limits())
    expect(reading.identity).toEqual({
      vendor: 'Hikvision',
      model: 'DS-7616NI-K2',
      serial: 'DS-7616NI-K20120240101CCRR404705923918060213',
      firmware: '4.61.010',
      name: 'NVR & hall',
      mac: '02:00:00:00:01:02',
    })
    expect(reading.findings).toMatchObject({ profile: 'hikvision/isapi', kind: 'nvr' })
    expect(reading.findings?.topology?.channels).toEqual([
      { name: 'Gate', address: '192.168.1.31' },
      { name: 'Door', address: '192.168.1.32' },
    ])
    expect(wordsOf(reading, /^(channel|disk|cpu|memory|uptime)/)).toEqual({
      uptime: 86_400,
      'cpu.load': 17,
      'memory.used': 512 * 1_048_576,
      'memory.free': 256.5 * 1_048_576,
      'channel.1.online': 'online',
      'channel.1.detection': 'connected',
      'channel.1.schedule': 'scheduled',
      'channel.1.recording': 'recording',
      'channel.2.online': 'offline',
      'channel.2.detection': 'network-broken',
      'channel.2.schedule': 'unscheduled',
      'channel.2.recording': 'idle',
      'disk.1.state': 'normal',
      'disk.1.capacity': 4_000_000 * 1_048_576,
      'disk.1.used': 75,
    })
    expect(reading.values['clock.drift']).toBeGreaterThan(88)
    expect(reading.values['clock.drift']).toBeLessThan(92)
    const online = reading.points?.find((it) => it.id === 'channel.2.online')
    expect(online).toMatchObject({ instance: 'Door', watch: { isDirect: false, states: ['offline'] } })
    expect(reading.errors).toEqual([])
  })

  test('few questions a poll; what it does not have is not asked again', async () => {
    const { port, asked } = await start(recorderPage(recorder()))
    const session = open(port)
    const first = await session.poll(limits())
    expect(asked).toContain('/ISAPI/System/Video/inputs/channels')
    asked.length = 0
    const second = await session.poll(limits())
    expect(asked.toSorted()).toEqual([
      '/ISAPI/ContentMgmt/InputProxy/channels/status',
      '/ISAPI/ContentMgmt/Storage',
      '/ISAPI/System/deviceInfo',
      '/ISAPI/System/status',
      '/ISAPI/System/time',
      '/ISAPI/System/workingstatus?format=json',
    ])
    expect(second.points).toBeUndefined()
    expect(Object.keys(second.values).toSorted()).toEqual(Object.keys(first.values).toSorted())
    // The schedules are asked for at each fifteenth poll; in between they are as they were.
    expect(second.values['channel.2.schedule']).toBe('unscheduled')
  })

  test('what changes is seen: a camera that is gone, a disk that fails and one that is pulled out', async () => {
    const state = recorder()
    state.disks.push({ state: 'ok', megabytes: 10, freeMegabytes: 0 })
    const { port } = await start((path) => recorderPage(state)(path))
    const session = open(port)
    await session.poll(limits())
    state.channels.pop()
    state.disks = [{ state: 'error', megabytes: 4_000_000, freeMegabytes: 1_000_000 }]
    const { values, errors } = await session.poll(limits())
    expect(values).toMatchObject({
      'channel.2.online': 'offline',
      'disk.1.state': 'error',
      'disk.2.state': 'not-present',
    })
    expect(values['disk.2.used']).toBeNull()
    expect(errors.map((it) => it.point)).toContain('disk.2.used')
  })

  test('a section that fails loses only its own points', async () => {
    const page = recorderPage(recorder())
    let isBroken = false
    const { port, asked } = await start((path) =>
      isBroken && path.endsWith('/Storage')
        ? { status: 503 }
        : isBroken && path.endsWith('/status')
          ? { status: 403 }
          : page(path),
    )
    const session = open(port)
    await session.poll(limits())
    isBroken = true
    const { values, errors } = await session.poll(limits())
    expect(values).toMatchObject({
      'disk.1.state': null,
      'cpu.load': null,
      'channel.1.online': null,
      'http.status': 200,
    })
    expect(errors.find((it) => it.point === 'disk.1.state')?.message).toContain('HTTP 503')
    asked.length = 0
    isBroken = false
    expect((await session.poll(limits())).values).toMatchObject({ 'disk.1.state': 'normal', 'cpu.load': null })
    expect(asked).not.toContain('/ISAPI/System/status')
  })

  test('what failed when it was its turn is asked again at the next poll', async () => {
    const page = recorderPage(recorder())
    const tracks = '/ISAPI/ContentMgmt/record/tracks'
    let isBroken = true
    const { port, asked } = await start((path) => (isBroken && path === tracks ? { status: 503 } : page(path)))
    const session = open(port)
    await session.poll(limits())
    isBroken = false
    for (const isAsked of [true, false]) {
      asked.length = 0
      await session.poll(limits())
      expect(asked.includes(tracks)).toBe(isAsked)
    }
  })

  test('a question that is never answered costs its own points; a device that falls silent is not asked on', async () => {
    const page = recorderPage(recorder())
    let silent: RegExp | null = null
    const { port, asked } = await start((path) => (silent?.test(path) ? { status: 0 } : page(path)))
    const session = open(port)
    await session.poll(limits())
    silent = /System\/status$/
    const one = await session.poll(limits(300))
    expect(one.values).toMatchObject({ 'cpu.load': null, 'channel.1.online': 'online', 'disk.1.state': 'normal' })
    expect(one.errors[0]?.message).toContain('did not answer within')
    silent = /System\/(status|time)$/
    asked.length = 0
    const two = await session.poll(limits(300))
    expect(two.values).toMatchObject({ 'cpu.load': null, 'channel.1.online': null, 'disk.1.state': null })
    expect(asked).toHaveLength(3)
  })

  test('a wrong password is offered once, and said', async () => {
    const { port, asked } = await start(recorderPage(recorder()))
    const session = open(port, {}, { ...credentials, password: 'Wrong-1' })
    expect(await session.check(limits())).toMatchObject({ ok: true })
    await expect(session.poll(limits())).rejects.toMatchObject({ code: 'driver/refused-credentials' })
    expect(asked).toEqual([])
  })
})

test('an access controller of Hikvision: doors, readers, what feeds it', async () => {
  const state: DoorState = { locks: [0, 1], contacts: [0, 3], readers: [1, 2, 4], onBattery: false }
  const { port } = await start((path) => accessPage(state)(path))
  const session = open(port)
  const reading = await session.poll(limits())
  expect(reading.findings).toMatchObject({ profile: 'hikvision/access', kind: 'door-controller' })
  expect(reading.identity).toMatchObject({ vendor: 'Hikvision', model: 'DS-K2604T', name: 'Gate house' })
  expect(wordsOf(reading, /^(door|reader|supply|battery|tamper|cards)/)).toEqual({
    'door.1.lock': 'locked',
    'door.2.lock': 'unlocked',
    'door.1.contact': 'closed',
    'door.2.contact': 'wire broken',
    'door.1.mode': 'controlled',
    'door.2.mode': 'controlled',
    'reader.1.state': 'online',
    'reader.2.state': 'online',
    'reader.4.state': 'online',
    'supply.state': 'mains',
    'battery.state': 'normal',
    'battery.voltage': 12.4,
    'tamper.state': 'closed',
    cards: 1042,
  })
  state.readers = [1, 4]
  state.onBattery = true
  expect((await session.poll(limits())).values).toMatchObject({
    'reader.2.state': 'offline',
    'supply.state': 'battery',
  })
})

test('a recorder of Dahua: channels that have a camera, what they record, disks', async () => {
  const state: DahuaState = {
    channels: [
      { name: '大门', address: '192.168.1.31', state: 'Connected', mode: 0 },
      { name: 'Door', address: '192.168.1.32', state: 'Unconnect', mode: 2 },
      { name: 'Channel3', address: '', state: 'Empty', mode: 0 },
    ],
    disks: [
      { name: '/dev/sda', state: 'Success', hasError: false, bytes: 4_000_000_000_000, usedBytes: 3_000_000_000_000 },
    ],
  }
  const { port } = await start((path) => dahuaPage(state)(path))
  const session = open(port)
  const reading = await session.poll(limits())
  expect(reading.identity).toEqual({
    vendor: 'Dahua',
    model: 'DHI-NVR5216-16P-4KS2E',
    serial: '4C0321APAZ7E2B1',
    firmware: '4.001.0000000.10',
    name: 'NVR lobby',
  })
  expect(reading.findings).toMatchObject({ profile: 'dahua/cgi', kind: 'nvr' })
  expect(reading.findings?.topology?.channels?.map((it) => it.address)).toEqual(['192.168.1.31', '192.168.1.32'])
  expect(wordsOf(reading, /^(channel|disk)/)).toEqual({
    'channel.1.online': 'online',
    'channel.2.online': 'offline',
    'channel.1.schedule': 'scheduled',
    'channel.2.schedule': 'off',
    'disk.sda.state': 'normal',
    'disk.sda.fault': 'normal',
    'disk.sda.capacity': 4_000_000_000_000,
    'disk.sda.used': 75,
  })
  expect(reading.points?.find((it) => it.id === 'channel.1.online')?.instance).toBe('大门')
  state.disks = state.disks.map((it) => ({ ...it, hasError: true }))
  expect((await session.poll(limits())).values['disk.sda.fault']).toBe('error')
})

test.each([
  [
    'uniview/lapi',
    '/LAPI/V1.0/System/DeviceBasicInfo',
    '{"Response":{"StatusCode":0,"Data":{"DeviceModel":"NVR302-16S","SerialNumber":"210235","FirmwareVersion":"B3225"}}}',
    { vendor: 'Uniview', model: 'NVR302-16S', serial: '210235', firmware: 'B3225' },
    'nvr',
  ],
  [
    'hanwha/sunapi',
    '/stw-cgi/system.cgi?msubmenu=deviceinfo&action=view',
    'Model=XNP-6400\r\nSerialNumber=ZNYF70GN10000AT\r\nFirmwareVersion=1.41.02\r\nDeviceType=NWC\r\nDeviceName=Hall\r\n',
    { vendor: 'Hanwha', model: 'XNP-6400', serial: 'ZNYF70GN10000AT', firmware: '1.41.02', name: 'Hall' },
    'camera',
  ],
])('%s: who it is', async (profile, path, body, identity, kind) => {
  const { port } = await start((it) => (it === path ? body : null))
  const reading = await open(port).poll(limits())
  expect(reading).toMatchObject({ identity, findings: { profile, kind } })
})

test('names in GBK, as older firmware writes them without saying so', async () => {
  const gate = createGate()
  const name = Buffer.from([0xb4, 0xf3, 0xc3, 0xc5])
  const body = Buffer.concat([Buffer.from('{"door":{"state":"closed"},"device":{"name":"'), name, Buffer.from('"}}')])
  const page = (path: string) => (path === '/api/status' ? { status: 200, body } : null)
  const device = await startWebDevice({ gate, credentials, page })
  closers.push(() => device.close())
  expect((await open(device.port).poll(limits())).identity).toEqual({ name: '大门' })
})

test('a door controller that tells its state as JSON', async () => {
  const gate = createGate()
  const door = await startDoorController({ address: '127.0.0.1', port: 0, gate, name: 'door-1', credentials })
  closers.push(() => door.close())
  const { findings, identity, values, points } = await open(door.port).poll(limits())
  expect(findings).toMatchObject({ profile: 'generic/door', kind: 'door-controller' })
  expect(identity).toMatchObject({ model: 'SIM-DOOR-2', firmware: '2.6.0' })
  expect(values).toMatchObject({ 'reader.1.state': 'online', 'supply.state': 'mains', 'door.1.held': 'normal' })
  expect(points?.map((it) => it.id)).toEqual(expect.arrayContaining(['door.1.state', 'door.1.lock', 'supply.voltage']))
})

test('a door controller lists its readers, and where they are', async () => {
  const readers = [
    { id: 1, name: 'Front door', online: true, address: '10.0.0.31' },
    { id: 2, name: 'Back door', online: false },
  ]
  const body = JSON.stringify({ doors: [{ state: 'closed' }], readers })
  const { port } = await start((path) => (path === '/api/status' ? body : null))
  const { findings, values } = await open(port).poll(limits())
  expect(findings?.topology?.readers).toEqual([{ name: 'Front door', address: '10.0.0.31' }, { name: 'Back door' }])
  expect(values).toMatchObject({ 'reader.1.state': 'online', 'reader.2.state': 'offline' })
})

describe('which profile', () => {
  test('none is looked for where values are configured, or nobody wants one', async () => {
    const { port, asked } = await start(recorderPage(recorder()))
    const values = [{ id: 'model', name: 'Model', path: '..model' }]
    const reading = await open(port, { path: '/ISAPI/System/deviceInfo', values }).poll(limits())
    expect(reading.values.model).toBe('DS-7616NI-K2')
    expect(reading.findings).toBeUndefined()
    await open(port, { profile: 'none' }).poll(limits())
    expect(asked).toEqual(['/ISAPI/System/deviceInfo'])
  })

  test('one by name, beside values; one that does not fit is said', async () => {
    const { port } = await start(recorderPage(recorder()))
    const values = [{ id: 'up', name: 'Up', path: '..deviceUpTime', unit: 's' }]
    const at = { path: '/ISAPI/System/status', values, profile: 'hikvision/isapi' }
    const session = open(port, at)
    expect((await session.poll(limits())).values).toMatchObject({ up: 86_400, 'channel.1.online': 'online' })
    expect((await session.poll(limits())).values).toMatchObject({ up: 86_400, 'channel.1.online': 'online' })
    for (const profile of ['dahua/cgi', 'no/such']) {
      const { errors, values: read } = await open(port, { profile }).poll(limits())
      expect(read['http.status']).toBe(200)
      expect(errors[0]?.message).toContain(profile)
    }
  })

  test('a web server that is nothing of the kind is read as ever', async () => {
    const { port, asked } = await start(() => '<html><body>hello</body></html>')
    const session = open(port)
    const { values, errors, findings } = await session.poll(limits())
    expect(values['http.status']).toBe(200)
    expect({ errors, findings }).toEqual({ errors: [], findings: undefined })
    asked.length = 0
    await session.poll(limits())
    expect(asked).toEqual([])
  })

  test('without a password it is up, and that is all', async () => {
    const { port } = await start(recorderPage(recorder()))
    const session = open(port, {}, null)
    const { values, errors } = await session.poll(limits())
    expect(values).toMatchObject({ 'http.status': 200 })
    expect(errors).toEqual([{ point: 'http.status', message: expect.stringContaining('asks for a user and password') }])
    expect((await session.poll(limits())).errors).toEqual([])
  })
})

test('a profile that is wrong loses itself and is named', () => {
  const own = mkdtempSync(join(tmpdir(), 'steward-profiles-'))
  writeFileSync(join(own, 'a.http.yaml'), 'detect: [{ path: /x, at: "a[" }]\n')
  writeFileSync(
    join(own, 'b.http.yaml'),
    'detect: [{ path: /x, at: a }]\npoints: [{ from: nowhere, values: [{ id: x, title: X }] }]\n',
  )
  writeFileSync(join(own, 'c.http.yaml'), 'detect: [{ path: /x, at: a }]\n')
  const loaded = loadHttpProfiles(own)
  rmSync(own, { recursive: true })
  expect(loaded.profiles.map((it) => it.name)).toEqual(['c'])
  expect(loaded.problems.map((it) => it.file)).toEqual(['a.http.yaml', 'b.http.yaml'])
  expect(loaded.problems[1]?.message).toContain('nowhere')
})

test('a profile by name at the very page that proves it costs one question a poll', async () => {
  const asked: string[] = []
  const page = (path: string) => (path === '/api/status' ? '{"door":{"state":"closed"}}' : null)
  const gate = createGate()
  const device = await startWebDevice({ gate, credentials, page, asked: (path) => asked.push(path) })
  closers.push(() => device.close())
  const session = open(device.port, { path: '/api/status', profile: 'generic/door' })
  await session.poll(limits())
  asked.length = 0
  expect((await session.poll(limits())).values['door.1.state']).toBe('closed')
  expect(asked).toEqual(['/api/status'])
})
