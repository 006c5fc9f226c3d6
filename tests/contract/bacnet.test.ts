/** BACnet/IP controllers over real sockets: those that answer all, and those that answer less. */
import { join } from 'node:path'
import { createDrivers, type DriverSession, type Drivers, openSession } from '@steward/agent/drivers'
import { BacnetConnection } from '@steward/shared/model'
import { afterEach, describe, expect, test } from 'vitest'
import { recordings } from '../requirements.ts'
import { type BacnetManner, type BacnetObject, bacnet, startBacnetDevice } from '../simulators/index.ts'
import { readLoggedAnswers, readRecordedDevices, replayDevice } from './bacnet-recording.ts'

const { text, texts, real, enumerated, unsigned } = bacnet
const objects: BacnetObject[] = [
  {
    type: 0,
    instance: 1,
    properties: { 77: text('SAT'), 28: text('Supply air temperature'), 85: real(64.4), 117: enumerated(64) },
  },
  { type: 0, instance: 2, properties: { 77: text('Meter power'), 85: real(12.5), 117: enumerated(48) } },
  { type: 2, instance: 7, properties: { 77: text('Set point'), 85: real(21.5), 117: enumerated(62) } },
  { type: 3, instance: 1, properties: { 77: text('Filter'), 85: enumerated(1), 46: text('clean'), 4: text('dirty') } },
  { type: 4, instance: 2, properties: { 77: text('Fan'), 85: enumerated(0) } },
  {
    type: 19,
    instance: 3,
    properties: { 77: text('Mode'), 85: unsigned(2), 110: texts(['off', 'cooling', 'heating']) },
  },
  { type: 6, instance: 1, properties: { 77: text('Calendar') } },
]
const device: BacnetObject = {
  type: 8,
  instance: 1234,
  properties: {
    75: [{ type: 12, value: { type: 8, instance: 1234 } }],
    76: objects.map(({ type, instance }) => ({ type: 12, value: { type, instance } })),
    77: text('AHU-1'),
    121: text('Example Controls'),
    70: text('EC-500'),
    44: text('4.2'),
  },
}

const opened: { drivers: Drivers; session: DriverSession; close(): Promise<void> }[] = []
afterEach(async () => {
  for (const { drivers, session, close } of opened.splice(0)) {
    session.close()
    for (const driver of Object.values(drivers)) driver.close()
    await close()
  }
})

async function start(manner: BacnetManner = {}, instance?: number) {
  const server = await startBacnetDevice([device, ...objects], manner)
  const drivers = createDrivers({})
  const connection = BacnetConnection.parse({
    driver: 'bacnet',
    port: server.port,
    ...(instance === undefined ? {} : { instance }),
  })
  const session = openSession(drivers, { device: 'ahu-1', address: '127.0.0.1', connection, secret: null })
  opened.push({ drivers, session, close: server.close })
  return { session, server }
}

const limits = () => ({ timeoutMs: 2000, signal: AbortSignal.timeout(20_000) })

const values = {
  'analog-input.1': 18,
  'analog-input.2': 12_500,
  'analog-value.7': 21.5,
  'binary-input.1': 'dirty',
  'binary-output.2': 'inactive',
  'multi-state-value.3': 'cooling',
}

describe('a controller is read', () => {
  test.each<[string, BacnetManner]>([
    ['that answers everything', {}],
    ['that answers a few properties at once', { mostAtOnce: 5 }],
    ['that knows no ReadPropertyMultiple', { mostAtOnce: 0 }],
    ['that does not take the wildcard for itself', { noWildcard: true }],
  ])('%s', async (_name, manner) => {
    const { session } = await start(manner)
    const reading = await session.poll(limits())
    expect(reading.identity).toEqual({ vendor: 'Example Controls', model: 'EC-500', firmware: '4.2', name: 'AHU-1' })
    expect(reading.values).toEqual(values)
    expect(reading.errors).toEqual([])
    expect(reading.points?.[0]).toMatchObject({ name: 'Supply air temperature', unit: '°C', class: 'temperature' })
    expect(reading.points?.find((it) => it.id === 'multi-state-value.3')?.states).toEqual(['off', 'cooling', 'heating'])
  })

  test('once learned, present values are all that is asked for', async () => {
    const { session, server } = await start({}, 1234)
    await session.poll(limits())
    const before = server.questions()
    const reading = await session.poll(limits())
    expect(server.questions() - before).toBe(1)
    expect(reading.points).toBeUndefined()
    expect(reading.values).toEqual(values)
  })

  test('a check is one question', async () => {
    const { session, server } = await start()
    expect(await session.check(limits())).toMatchObject({ ok: true })
    expect(server.questions()).toBe(1)
  })
})

test('a device that is away says so, and the poll ends', async () => {
  const { session, server } = await start()
  await server.close()
  const outcome = await session.check({ timeoutMs: 200, signal: AbortSignal.timeout(20_000) })
  expect(outcome).toMatchObject({ ok: false })
  await expect(session.poll({ timeoutMs: 200, signal: AbortSignal.timeout(20_000) })).rejects.toMatchObject({
    area: 'driver',
  })
})

const folder = recordings('bacnet')
const file = (name: string) => join(folder ?? '', name)
const devices = folder === null ? [] : readRecordedDevices(file('bacnet_example.jsonl'))
/** The other parser's words for units, and the field's plain ones. */
const plainUnits: Record<string, string> = {
  ...{ hertz: 'Hz', percent: '%', kilograms: 'kg', 'kilowatt-hours': 'Wh', liters: 'L', volts: 'V' },
  ...{ 'degrees-celsius': '°C', lumens: 'lm' },
}
const scales: Record<string, number> = { Wh: 1000 }

describe.skipIf(folder === null)('recorded devices [recordings]', () => {
  const logged = folder === null ? [] : readLoggedAnswers(file('bacnet_example.zeek.bacnet_property.log'))

  test.each(devices.map((it) => [it.address, it] as const))('%s is read as the log says', async (address, recorded) => {
    const said = (property: string) =>
      logged.filter((it) => it.address === address && it.property === property).map((it) => it.value)
    const device = await replayDevice(recorded)
    const drivers = createDrivers({})
    const connection = BacnetConnection.parse({ driver: 'bacnet', port: device.port })
    const session = openSession(drivers, { device: 'recorded', address: '127.0.0.1', connection, secret: null })
    opened.push({ drivers, session, close: device.close })
    const first = await session.poll(limits())
    if (first.points?.length === 0) {
      expect(first.identity).toEqual({
        model: said('model-name')[0],
        firmware: said('firmware-revision')[0],
        name: said('object-name')[0],
      })
      return
    }
    const [point] = first.points ?? []
    expect(point?.name).toBe(said('object-name')[0])
    expect(point?.unit).toBe(plainUnits[said('units')[0] ?? ''])
    const scale = scales[point?.unit ?? ''] ?? 1
    const read = [first]
    for (const _ of said('present-value').slice(1)) read.push(await session.poll(limits()))
    const values = read.map((it) => Number(it.values[point?.id ?? '']))
    const expected = said('present-value').map((it) => Number(it) * scale)
    expect(values).toHaveLength(20)
    for (const [at, value] of values.entries()) expect(value / (expected[at] ?? 0)).toBeCloseTo(1, 5)
  })

  test('there are as many as were recorded', () => expect(devices.length).toBeGreaterThan(30))
})

describe('changes that a controller tells by itself', () => {
  const told = async (manner: BacnetManner) => {
    const { session, server } = await start(manner)
    const { promise, resolve } = Promise.withResolvers<void>()
    session.onNews?.(resolve)
    await session.poll(limits())
    return { session, server, news: promise }
  }

  test('of states are news; figures are polled', async () => {
    const { session, server, news } = await told({ changes: 100 })
    expect(server.askers()).toBe(3)
    // It tells how everything is as soon as it is asked, which is none.
    const isNews = setInterval(() => server.change(3, 1), 100)
    await news
    clearInterval(isNews)
    await session.poll(limits())
    expect(server.askers()).toBe(3)
  })

  test.each([
    ['knows no changes', { changes: 0 }],
    ['has no room for more who ask', { changes: 1 }],
  ])('a controller that %s is polled all the same, and not asked again', async (_, manner) => {
    const { session, server } = await told(manner)
    const questions = server.questions()
    expect((await session.poll(limits())).values).toMatchObject({ 'binary-input.1': 'dirty' })
    expect(server.questions() - questions).toBeLessThan(questions)
    expect(server.askers()).toBe(manner.changes)
  })
})
