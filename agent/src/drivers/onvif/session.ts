/** One camera (or other ONVIF device) over time. */
import { isStewardError } from '@steward/shared/errors'
import type { ConnectionOf } from '@steward/shared/model'
import { clockDrift, createClockWatch, driftSeconds } from '../clock-drift.ts'
import type { DriverSession, LearnedPoint, Limits, Reading, Target } from '../contract.ts'
import { checkOutcomeOf } from '../network-failure.ts'
import { streamState } from '../stream-meter.ts'
import { createOnvifClient, type ServicePath } from './client.ts'
import { createEventWatch } from './events.ts'
import { type Extra, learnExtras, readExtra } from './extras.ts'
import { type Camera, learnCamera } from './learn.ts'
import { questions, timeOf } from './operations.ts'
import { createPictureWatch, type PicturePlaces, type PictureSight, snapshotState } from './picture.ts'
import { rtspState, settingsOf } from './points.ts'
import { askRtspOptions } from './rtsp-options.ts'
import { createStreamWatch, type StreamPlaces } from './stream.ts'

const relearnAfterMs = 10 * 60_000
/** ONVIF tells whole seconds. */
const secondMs = 1000

/** What all cameras share. */
export type Shared = { streams: StreamPlaces; pictures: PicturePlaces; sight: PictureSight | null }

export function openOnvifSession(
  { device: name, address, connection, secret }: Target<ConnectionOf<'onvif'>>,
  shared: Shared,
): DriverSession {
  const own = { address, port: connection.port }
  const device: ServicePath = { port: connection.port, path: connection.path }
  const client = createOnvifClient(address, connection.port, secret)
  const clock = createClockWatch()
  const streams = createStreamWatch(address, connection, secret, shared.streams)
  const pictures = createPictureWatch(name, connection, shared.sight, shared.pictures)
  const events = createEventWatch(client, own)
  let known: { camera: Camera; extras: Extra[]; learnedAtMs: number } | null = null

  const readClock = async (limits: Limits, into: Reading): Promise<void> => {
    try {
      const askedAt = performance.now()
      const body = await client.call(device, questions.time, limits, { anonymous: true })
      const tookMs = performance.now() - askedAt
      const toldMs = timeOf(body)
      if (toldMs === null) return
      client.clockOffsetMs = clock.take({ toldMs, resolutionMs: secondMs, tookMs, endedMs: Date.now() })
      into.values[clockDrift.id] = driftSeconds(client.clockOffsetMs)
    } catch (error) {
      // Some devices ask for a password even for their time: then the drift stays unknown, and is no reason to give up.
      const answered = isStewardError(error, 'driver/no-secret') || isStewardError(error, 'driver/protocol')
      if (!answered) throw error
      into.values[clockDrift.id] = null
      into.errors.push({ point: clockDrift.id, message: error.message })
    }
  }

  /** Throws `driver/refused-credentials` when the password does not hold any more; pictures may have users of their own. */
  const provePassword = async (limits: Limits): Promise<void> => {
    const proof = known?.camera.proof
    if (proof === undefined) return
    try {
      await client.call(proof.service, proof.question, limits)
    } catch (error) {
      if (!isStewardError(error, 'driver/refused-credentials')) return
      // The next poll begins with one question that needs the password, and asks nothing more when that is refused.
      known = null
      throw error
    }
  }

  /** A part that cannot be had loses itself; refused credentials are proved, since they may end the poll. */
  const tryPart = async (point: string, into: Reading, limits: Limits, part: () => Promise<void>): Promise<void> => {
    try {
      await part()
    } catch (error) {
      if (!isStewardError(error)) throw error
      if (error.code === 'driver/refused-credentials') await provePassword(limits)
      into.values[point] = 'failed'
      into.errors.push({ point, message: error.message })
    }
  }

  const allPoints = (camera: Camera, extras: readonly Extra[]): LearnedPoint[] => [
    ...settingsOf(camera).points,
    ...pictures.pointsOf(camera),
    ...extras.flatMap((it) => it.points),
    ...streams.pointsOf(camera),
    ...events.points(),
  ]

  /** Gives whether the device says that something is wrong now. */
  const readEvents = async (camera: Camera, limits: Limits, into: Reading): Promise<boolean> => {
    const at = camera.services.events
    if (at === null || connection.events === false) return false
    try {
      return await events.read(at, limits, into)
    } catch (error) {
      if (!isStewardError(error)) throw error
      if (error.code === 'driver/refused-credentials') await provePassword(limits)
      into.errors.push({ point: 'events', message: error.message })
      return false
    }
  }

  return {
    // Without a password, so that checking can lock no account.
    check: (limits) => checkOutcomeOf(() => client.reach(device, limits)),
    async poll(limits) {
      const reading: Reading = { values: {}, errors: [] }
      await readClock(limits, reading)
      const isStale = known === null || performance.now() - known.learnedAtMs > relearnAfterMs
      const isTime = pictures.isDue()
      if (!isStale && (known?.camera.snapshot === null || !isTime)) await provePassword(limits)
      if (known === null || isStale) {
        const camera = await learnCamera(client, own, device, limits)
        const extras = await learnExtras(client, camera.services, limits)
        known = { camera, extras, learnedAtMs: performance.now() }
        reading.identity = camera.identity
        const topology = extras.find((it) => it.topology !== undefined)?.topology
        if (topology !== undefined) reading.findings = { ports: [], neighbours: [], topology }
      }
      const { camera, extras } = known
      const isAlarmed = await readEvents(camera, limits, reading)
      if (reading.identity !== undefined || events.hasNew()) reading.points = allPoints(camera, extras)
      Object.assign(reading.values, settingsOf(camera).values)
      reading.errors.push(...camera.errors)
      const { snapshot, stream } = camera
      if (snapshot !== null && (isTime || isAlarmed))
        await tryPart(snapshotState.id, reading, limits, () => pictures.read(camera, client, limits, reading))
      if (stream !== null)
        await tryPart(rtspState.id, reading, limits, async () => {
          await askRtspOptions(address, stream.port, limits)
          reading.values[rtspState.id] = 'ok'
        })
      for (const it of extras) await readExtra(it, client, limits, reading)
      // Not at the first poll, which has enough to do, and not where nobody answers.
      if (!isStale && reading.values[rtspState.id] === 'ok' && streams.isDue(camera)) {
        await tryPart(streamState.id, reading, limits, async () => {
          const { values, errors } = await streams.measure(camera, limits)
          Object.assign(reading.values, values)
          reading.errors.push(...errors)
        })
      }
      return reading
    },
    close() {
      const ending = events.end()
      if (ending === null) client.close()
      else void ending.then(client.close)
    },
  }
}
