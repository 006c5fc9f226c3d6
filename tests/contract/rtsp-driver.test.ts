/** Streams of simulated cameras, measured over real sockets. */
import { createDrivers, type DeviceSecret, openSession } from '@steward/agent/drivers'
import type { ConnectionOf } from '@steward/shared/model'
import { afterEach, describe, expect, test } from 'vitest'
import { type CameraModel, openGate, startCamera } from '../simulators/index.ts'
import { until } from '../until.ts'

const address = '127.0.0.1'
const credentials = { user: 'service', password: 'Right-1' }
const closers: (() => Promise<void>)[] = []
const limits = { timeoutMs: 1500, signal: new AbortController().signal }

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function openStream(
  model: Partial<CameraModel>,
  connection: Partial<ConnectionOf<'rtsp'>> = {},
  secret: DeviceSecret | null = credentials,
) {
  const simulated = await startCamera({
    ...{ address, httpPort: 0, rtspPort: 0, gate: openGate(), credentials },
    camera: {
      ...{ name: 'cam', model: 'SIM-CAM', serial: '1', firmware: '1.10', mac: '02:00:00:00:00:01', clockOffsetMs: 0 },
      channels: [{ token: 'main', name: 'main', width: 2560, height: 1440, fps: 25 }],
      ...model,
    },
  })
  const drivers = createDrivers({})
  const at: ConnectionOf<'rtsp'> = {
    ...{ driver: 'rtsp', port: simulated.rtspPort, path: '/main', captureMs: 1500 },
    ...connection,
  }
  const session = openSession(drivers, { device: 'tested', address, connection: at, secret })
  closers.push(() => simulated.close())
  return { session, simulated }
}

async function valuesOf(...how: Parameters<typeof openStream>) {
  const { session } = await openStream(...how)
  const { values, errors } = await session.poll(limits)
  return { values, errors, number: (id: string) => Number(values[`stream.${id}`] ?? Number.NaN) }
}

describe('a stream', () => {
  test('is told in figures, and its place at the camera given back', async () => {
    const { session, simulated } = await openStream({})
    const { values, points } = await session.poll(limits)
    expect(values).toMatchObject({ 'stream.state': 'ok', 'stream.codec': 'H264', 'stream.gop': 2, 'stream.loss': 0 })
    expect(values['stream.fps']).toBeCloseTo(25, 0)
    expect(Number(values['stream.bitrate'])).toBeGreaterThan(50_000)
    expect(Number(values['stream.jitter'])).toBeLessThan(0.1)
    expect(points?.find((it) => it.id === 'stream.fps')?.limits).toBeUndefined()
    await until('the connection to be closed', () => simulated.viewers() === 0, { withinMs: 5000, everyMs: 10 })
  })

  test('a tenth of the packets lost is a loss of a tenth', async () => {
    let count = 0
    const disturb = (packet: Buffer) => {
      count += 1
      return count % 10 === 5 ? [] : [packet]
    }
    const { number } = await valuesOf({ stream: { disturb } })
    expect(number('loss')).toBeGreaterThan(7)
    expect(number('loss')).toBeLessThan(13)
  })

  test('packets that change places and come twice are no loss', async () => {
    let held: Buffer | null = null
    const disturb = (packet: Buffer) => {
      if (held === null) {
        held = packet
        return []
      }
      const both = [packet, held, packet]
      held = null
      return both
    }
    const { number } = await valuesOf({ stream: { disturb } })
    expect(number('loss')).toBe(0)
    expect(number('fps')).toBeGreaterThan(20)
    expect(number('fps')).toBeLessThan(30)
  })

  test('packets that are none are passed over', async () => {
    const disturb = (packet: Buffer) => [packet, packet.subarray(0, 7), Buffer.alloc(0), Buffer.from('noise')]
    expect((await valuesOf({ stream: { disturb } })).values).toMatchObject({ 'stream.state': 'ok', 'stream.loss': 0 })
  })

  test('fewer frames than expected, and another codec', async () => {
    const { session } = await openStream({ stream: { framesPerSecond: 10 } }, { expect: { fps: 25, codec: 'H265' } })
    const { values, points } = await session.poll(limits)
    expect(values['stream.state']).toBe('other-codec')
    expect(Number(values['stream.fps'])).toBeLessThan(points?.find((it) => it.id === 'stream.fps')?.limits?.low ?? 0)
  })

  test('that plays and sends nothing, and one that is not there, are findings', async () => {
    const silent = await valuesOf({ stream: { framesPerSecond: 0 } }, { captureMs: 500 })
    expect(silent.values).toMatchObject({ 'stream.state': 'no-video', 'stream.fps': null, 'stream.codec': null })
    const missing = await valuesOf({ stream: { refusal: '404 Not Found' } })
    expect(missing.values['stream.state']).toBe('not-offered')
    expect(missing.errors[0]?.message).toContain('404 Not Found')
  })

  test.each([[['SHA-256']], [['MD5', 'SHA-256']]] as const)('Digest with %j', async (digest) => {
    const camera = { digest: [...digest] }
    expect((await valuesOf(camera, { captureMs: 500 })).values['stream.state']).toBe('ok')
    const { session } = await openStream(camera, {}, { ...credentials, password: 'Wrong-1' })
    await expect(session.poll(limits)).rejects.toMatchObject({ code: 'driver/refused-credentials' })
  })

  test('a password that is not set is asked for', async () => {
    const { session } = await openStream({}, {}, null)
    await expect(session.poll(limits)).rejects.toMatchObject({ code: 'driver/no-secret' })
  })

  test('an abort in the middle of a capture ends it at once, at both ends', async () => {
    const { session, simulated } = await openStream({}, { captureMs: 10_000 })
    const controller = new AbortController()
    const ended = session.poll({ timeoutMs: 3_600_000, signal: controller.signal }).catch((it: unknown) => it)
    await until('the stream to be asked for', () => simulated.viewers() === 1, { withinMs: 5000, everyMs: 5 })
    controller.abort()
    expect(await ended).toMatchObject({ code: 'driver/timeout' })
    await until('the connection to be closed', () => simulated.viewers() === 0, { withinMs: 5000, everyMs: 10 })
  })
})
