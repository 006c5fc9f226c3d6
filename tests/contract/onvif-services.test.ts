/** What ONVIF devices offer beyond the usual: Media 2, recordings, doors, events. */
import { createDrivers, type LearnedPoint, openSession } from '@steward/agent/drivers'
import { afterEach, expect, test } from 'vitest'
import { type CameraModel, createGate, newEvents, startCamera } from '../simulators/index.ts'
import { until } from '../until.ts'

const address = '127.0.0.1'
const credentials = { user: 'service', password: 'Right-1' }
const closers: (() => void | Promise<void>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function opened(model: Partial<CameraModel>) {
  const camera: CameraModel = {
    ...{ name: 'cam', model: 'SIM-CAM', serial: '1', firmware: '1.10', mac: '02:00:00:00:00:01', clockOffsetMs: 0 },
    channels: [{ token: 'main', name: 'main', width: 2560, height: 1440, fps: 25 }],
    ...model,
  }
  const device = await startCamera({ address, httpPort: 0, rtspPort: 0, gate: createGate(), credentials, camera })
  closers.push(() => device.close())
  const connection = {
    driver: 'onvif',
    port: device.httpPort,
    path: '/onvif/device_service',
    captureEveryMs: 0,
  } as const
  const session = openSession(createDrivers({}), { device: 'cam', address, connection, secret: credentials })
  closers.push(() => session.close())
  const points = new Map<string, LearnedPoint>()
  return {
    camera,
    close: () => session.close(),
    points,
    async poll() {
      const reading = await session.poll({ timeoutMs: 3000, signal: new AbortController().signal })
      for (const it of reading.points ?? []) points.set(it.id, it)
      return reading
    },
  }
}

test('a camera with Media 2 alone is read, its H.265 encoder looked up', async () => {
  const it = await opened({ isSecondMedia: true })
  const { values, errors } = await it.poll()
  expect(values).toMatchObject({
    ...{ 'video.1.codec': 'H265', 'video.1.resolution': '2560x1440', 'video.1.frame-rate': 25 },
    ...{ 'video.1.bit-rate': 4_096_000, 'snapshot.state': 'ok', 'rtsp.state': 'ok' },
  })
  expect(errors).toEqual([])
})

test('recordings: how far back, how new, and whether each is going on', async () => {
  const hourMs = 3_600_000
  const now = Date.now()
  const list = [
    { name: 'Front', state: 'Active' as const },
    { name: 'Yard', state: 'Error' as const },
  ]
  const it = await opened({ extras: { recordings: { fromMs: now - 48 * hourMs, untilMs: now - hourMs, list } } })
  const { values, errors } = await it.poll()
  expect(errors).toEqual([])
  expect(values).toMatchObject({ 'recording.count': 2, 'recording.1.state': 'recording', 'recording.2.state': 'error' })
  expect(Math.round(Number(values['recording.from']) / 3600)).toBe(48)
  expect(Math.round(Number(values['recording.until']) / 3600)).toBe(1)
  expect(it.points.get('recording.2.state')).toMatchObject({ instance: 'Yard', watch: { isDirect: true } })
})

test('doors and their readers, over pages of the list', async () => {
  const door = (name: string) =>
    ({ name, door: 'Closed', lock: 'Locked', alarm: 'Normal', tamper: 'NotInTamper' }) as const
  const doors: NonNullable<CameraModel['extras']>['doors'] = [door('Front'), door('Back'), door('Roof')]
  const it = await opened({ extras: { doors } })
  const { values, findings } = await it.poll()
  expect(findings?.topology?.readers).toEqual([{ name: 'Front' }, { name: 'Back' }, { name: 'Roof' }])
  expect(values).toMatchObject({
    ...{
      'door.1.state': 'closed',
      'door.1.lock': 'locked',
      'door.1.alarm': 'normal',
      'door.3.tamper': 'not-in-tamper',
    },
    ...{ 'door.2.mode': 'locked', 'entrance.3.state': 'enabled' },
  })
  expect(it.points.has('door.1.fault')).toBe(false)
  expect(it.points.get('door.3.alarm')).toMatchObject({ instance: 'Roof', watch: { isDirect: true } })
  doors[2] = { ...door('Roof'), door: 'Open', alarm: 'DoorOpenTooLong' }
  expect((await it.poll()).values).toMatchObject({ 'door.3.state': 'open', 'door.3.alarm': 'door-open-too-long' })
})

const tamper = (isOn: boolean) =>
  ({
    ...{ topic: 'tns1:VideoSource/GlobalSceneChange/ImagingService', source: 'Video 1', data: 'State', isOn },
    operation: 'Changed',
  }) as const

test('what a device noticed is read at each poll, and has it asked for a picture at once', async () => {
  const events = newEvents()
  const it = await opened({ events })
  await it.poll()
  expect((await it.poll()).values).not.toHaveProperty('snapshot.state')
  const input = { topic: 'tns1:Device/Trigger/DigitalInput', source: 'in-1', data: 'LogicalState', isOn: true }
  events.queue.push(tamper(true), input, { ...input, topic: 'tns1:VideoSource/MotionAlarm' })
  expect((await it.poll()).values).toMatchObject({
    ...{ 'event.tamper.video-1': 'tampered', 'event.input.in-1': 'active', 'snapshot.state': 'ok' },
  })
  expect([...it.points.keys()].filter((id) => id.startsWith('event.'))).toEqual([
    'event.tamper.video-1',
    'event.input.in-1',
  ])
  expect(it.points.get('event.tamper.video-1')?.watch).toEqual({ isDirect: true, states: ['tampered'] })
  expect(it.points.get('event.input.in-1')?.watch).toBeUndefined()
  events.queue.push(tamper(false))
  expect((await it.poll()).values).toMatchObject({ 'event.tamper.video-1': 'ok', 'event.input.in-1': 'active' })
})

test('more messages than one answer takes are read, and no more points made than a device can have', async () => {
  const events = newEvents()
  const it = await opened({ events })
  await it.poll()
  for (let at = 0; at < 100; at += 1) events.queue.push({ ...tamper(true), source: `source-${at}` })
  const { values, points } = await it.poll()
  expect(events.queue).toEqual([])
  expect(Object.keys(values).filter((id) => id.startsWith('event.'))).toHaveLength(32)
  expect((points ?? []).filter((point) => point.id.startsWith('event.'))).toHaveLength(32)
})

test('a subscription that the device has forgotten is made anew, and given back at the end', async () => {
  const events = newEvents()
  const it = await opened({ events })
  await it.poll()
  expect([...events.subscribed]).toEqual(['1'])
  events.subscribed.clear()
  await it.poll()
  await it.poll()
  expect([...events.subscribed]).toEqual(['2'])
  it.close()
  await until('the place to be free', () => events.subscribed.size === 0, { withinMs: 5000, everyMs: 10 })
})

test('a device that has no place for one more is left alone, and read all the same', async () => {
  const events = { ...newEvents(), places: 0 }
  const it = await opened({ events })
  const first = await it.poll()
  events.places = 1
  const second = await it.poll()
  expect([first.errors, second.errors, events.asked]).toEqual([[], [], 0])
  expect(second.values['rtsp.state']).toBe('ok')
})
