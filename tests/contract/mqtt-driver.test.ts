import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDrivers, type DeviceSecret, type Drivers, openSession } from '@steward/agent/drivers'
import { ownCertificate } from '@steward/hub/http'
import { MqttConnection } from '@steward/shared/model'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createGate, startMqttBroker } from '../simulators/index.ts'
import { until } from '../until.ts'
import { type Mosquitto, startMosquitto } from './mosquitto.ts'

const service = { user: 'service', password: 'Right-1' }
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

const limits = (timeoutMs = 5000) => ({ timeoutMs, signal: new AbortController().signal })
const soon = { withinMs: 10_000, everyMs: 50 }

function freshDrivers(): Drivers {
  const drivers = createDrivers({})
  closers.push(() => {
    for (const driver of Object.values(drivers)) driver.close()
  })
  return drivers
}

function open(port: number, rest: object, secret: DeviceSecret | null = service, drivers = freshDrivers()) {
  const connection = MqttConnection.parse({ driver: 'mqtt', port, ...rest })
  const session = openSession(drivers, { device: 'tested', address: '127.0.0.1', connection, secret })
  closers.push(() => session.close())
  return session
}

const value = (id: string, topic: string, rest: object = {}) => ({ id, name: id, topic, ...rest })

describe('at mosquitto', () => {
  let broker: Mosquitto
  beforeAll(async () => {
    broker = await startMosquitto()
  })
  afterAll(() => broker.stop())

  test.each(['3.1.1', '5'])('MQTT %s: values out of JSON and plain payloads, scaled and in words', async (version) => {
    await broker.publish('hall/meter', '{"power":{"w":2305},"relay":"ON"}', true)
    await broker.publish('hall/temperature', '23.5', true)
    const values = [
      value('power', 'hall/meter', { path: 'power.w', scale: 0.1, unit: 'W' }),
      value('relay', 'hall/meter', { path: 'relay', states: { ON: 'closed', OFF: 'open' } }),
      value('temperature', 'hall/temperature', { unit: '°C' }),
      value('none', 'hall/nothing'),
    ]
    const session = open(broker.port, { version, values })
    expect(await session.check(limits())).toMatchObject({ ok: true })
    const reading = await session.poll(limits())
    expect(reading.values).toMatchObject({ power: 230.5, relay: 'closed', temperature: 23.5, none: null })
    expect(reading.errors).toEqual([{ point: 'none', message: 'nothing came on hall/nothing yet' }])
    await broker.publish('hall/temperature', '24', true)
    await until('the new value', async () => (await session.poll(limits())).values.temperature === 24, soon)
  })

  test('a value that is too old is none, and says so', async () => {
    const session = open(broker.port, { values: [value('t', 'hall/t', { staleAfterMs: 1000 })] })
    await broker.publish('hall/t', '1', true)
    expect((await session.poll(limits())).values.t).toBe(1)
    const old = await until(
      'the value to be too old',
      async () => {
        const reading = await session.poll(limits())
        return reading.values.t === null && reading
      },
      soon,
    )
    expect(old.errors[0]?.message).toMatch(/^nothing came on hall\/t for \d+ s$/)
    const watched = await open(broker.port, { values: [value('t', 'hall/t')], staleAfterMs: 60_000 }).poll(limits())
    const silence = watched.points?.find((it) => it.id === 'mqtt.silence')
    expect(silence).toMatchObject({ limits: { high: 60 }, watch: { isDirect: false } })
    await broker.publish('hall/t', '2')
    await until('a new one', async () => (await session.poll(limits())).values.t === 2, soon)
  })

  test('whether the device is there, as its last will says beside its topics', async () => {
    await broker.publish('hall/tasmota/LWT', 'Online', true)
    await broker.publish('hall/tasmota/SENSOR', '{"AM2301":{"Temperature":21.5}}', true)
    const session = open(broker.port, { values: [value('t', 'hall/tasmota/SENSOR', { path: '..Temperature' })] })
    const reading = await session.poll(limits())
    expect(reading.values).toMatchObject({ t: 21.5, available: 'online' })
    expect(reading.points?.find((it) => it.id === 'available')?.watch).toEqual({ isDirect: true, states: ['offline'] })
    await broker.publish('hall/tasmota/LWT', 'Offline', true)
    await until('it to be gone', async () => (await session.poll(limits())).values.available === 'offline', soon)
    const stated = { availability: { topic: 'hall/x', online: 'here' } }
    await broker.publish('hall/x', 'here', true)
    expect((await open(broker.port, stated).poll(limits())).values.available).toBe('online')
  })

  test('what nobody has named becomes points, and more when more is published', async () => {
    await broker.publish('other/a/state', '{"humidity":40,"name":"A","deep":{"er":true}}', true)
    const session = open(broker.port, { topics: ['other/+/state'] })
    const { values } = await session.poll(limits())
    expect(values).toMatchObject({
      'other.a.state.humidity': 40,
      'other.a.state.name': 'A',
      'other.a.state.deep.er': true,
    })
    expect((await session.poll(limits())).points).toBeUndefined()
    await broker.publish('other/b/state', '7')
    const more = await until('the new point', async () => (await session.poll(limits())).points, soon)
    expect(more.map((it) => it.id)).toContain('other.b.state')
  })

  test('a topic that the user may not read, a message that is too long, one that is cut off', async () => {
    await broker.publish('hall/long', 'x'.repeat(100_000), true)
    await broker.publish('hall/cut', '{"a":', true)
    const values = [value('long', 'hall/long'), value('cut', 'hall/cut', { path: 'a' }), value('closed', 'secret/x')]
    const { errors, values: read } = await open(broker.port, { version: '5', values }).poll(limits())
    expect(read).toMatchObject({ long: null, cut: null, closed: null })
    const said = Object.fromEntries(errors.map((it) => [it.point, it.message]))
    expect(said.long).toContain('too long')
    expect(said.cut).toContain('not JSON')
    expect(said.closed).toMatch(/does not let this user subscribe|nothing came/)
  })

  test('devices with the same login share one connection; wrong passwords are offered once for all of them', async () => {
    const drivers = freshDrivers()
    const before = { accepted: broker.accepted('service'), refused: broker.refused() }
    const many = [1, 2, 3].map((it) => open(broker.port, { values: [value(`v${it}`, 'hall/v')] }, service, drivers))
    await Promise.all(many.map((it) => it.poll(limits())))
    expect(broker.accepted('service') - before.accepted).toBe(1)
    const wrong = { ...service, password: 'Wrong-1' }
    const refused = [1, 2, 3].map(() => open(broker.port, { values: [value('v', 'hall/v')] }, wrong, drivers))
    for (const it of refused) {
      expect(await it.check(limits())).toMatchObject({ ok: true })
      await expect(it.poll(limits())).rejects.toMatchObject({ code: 'driver/refused-credentials' })
    }
    // Three checks without a login, and the wrong one once; the first to be told may offer it again.
    await until('all refusals in its log', () => broker.refused() - before.refused >= 4, soon)
    expect(broker.refused() - before.refused).toBe(4)
    await expect(open(broker.port, { values: [] }, null).poll(limits())).rejects.toMatchObject({
      code: 'driver/no-secret',
    })
  })

  test('a broker that is restarted: gone, back, and subscribed to again', async () => {
    const session = open(broker.port, { values: [value('n', 'hall/n')] })
    await broker.publish('hall/n', '1', true)
    expect((await session.poll(limits())).values.n).toBe(1)
    await broker.kill()
    await until('the broker to be missed', async () => !(await session.check(limits(500))).ok, soon)
    await expect(session.poll(limits(500))).rejects.toMatchObject({ code: 'driver/unreachable' })
    await broker.start()
    await until('the broker to be back', async () => (await session.check(limits(500))).ok, soon)
    await broker.publish('hall/n', '2', true)
    await until('the value after that', async () => (await session.poll(limits())).values.n === 2, soon)
  })

  test('it comes back by itself, without being asked', async () => {
    const session = open(broker.port, { values: [value('n', 'hall/self')] })
    await session.poll(limits())
    const before = broker.accepted('service')
    await broker.kill()
    await broker.start()
    await until('the connection to be there again', () => broker.accepted('service') > before, soon)
  })
})

test('a broker that throws out whoever asks for more than is allowed is not asked for more', async () => {
  const gate = createGate()
  const broker = await startMqttBroker(gate, service, { 'hall/t': '21.5' }, true)
  const session = open(broker.port, { values: [value('t', 'hall/t')] })
  for (let poll = 0; poll < 3; poll += 1) {
    expect((await session.poll(limits())).values).toMatchObject({ t: 21.5 })
    expect(await session.check(limits())).toMatchObject({ ok: true })
  }
  session.close()
  await broker.close()
})

test('TLS: with an authority that vouches, without one, and with another one', async () => {
  const made = async () => {
    const folder = mkdtempSync(join(tmpdir(), 'steward-tls-'))
    const certificate = await ownCertificate(folder, ['broker.example.org', '127.0.0.1'], Date.now())
    rmSync(folder, { recursive: true })
    return certificate
  }
  const { key, cert, ca } = await made()
  const other = await made()
  const broker = await startMosquitto({ key, cert })
  try {
    const poll = (rest: object) => open(broker.port, { tls: true, values: [], ...rest }).poll(limits())
    expect((await poll({})).values['tls.days-left']).toBeGreaterThan(1)
    expect((await poll({ ca, serverName: 'broker.example.org' })).values['mqtt.latency']).toBeGreaterThan(0)
    await expect(poll({ ca: other.ca })).rejects.toMatchObject({ code: 'driver/protocol' })
    await expect(poll({ ca, serverName: 'other.example.org' })).rejects.toMatchObject({ code: 'driver/protocol' })
    await expect(poll({ tls: false })).rejects.toMatchObject({
      code: expect.stringMatching(/^driver\/(unreachable|protocol|timeout)$/),
    })
  } finally {
    await broker.stop()
  }
}, 30_000)
