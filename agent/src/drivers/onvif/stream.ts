/** Now and then the main stream is played for some seconds, and compared with how the camera says that it is set. */
import type { ConnectionOf } from '@steward/shared/model'
import type { DeviceSecret, LearnedPoint, Limits, Reading } from '../contract.ts'
import { type StreamExpectation, type StreamMeter, streamPoints, streamReading } from '../stream-meter.ts'
import { placeOf } from '../tcp-connect.ts'
import type { Camera } from './learn.ts'

const usualEveryMs = 5 * 60_000
const captureMs = 3000
/** Gentle to networks that carry pictures anyway, and to this machine's memory; who finds no place comes at its next poll. */
const atOnce = 4

/** Of the streams of all cameras only some are played at a time. */
export type StreamPlaces = { areFree(): boolean; meter: StreamMeter }

export function createStreamPlaces(measure: StreamMeter): StreamPlaces {
  let taken = 0
  return {
    areFree: () => taken < atOnce,
    async meter(...asked) {
      taken += 1
      try {
        return await measure(...asked)
      } finally {
        taken -= 1
      }
    },
  }
}

export type StreamWatch = {
  pointsOf(camera: Camera): LearnedPoint[]
  isDue(camera: Camera): boolean
  /** Throws StewardError when the stream cannot be asked for. */
  measure(camera: Camera, limits: Limits): Promise<Pick<Reading, 'values' | 'errors'>>
}

export function createStreamWatch(
  address: string,
  { captureEveryMs = usualEveryMs }: ConnectionOf<'onvif'>,
  secret: DeviceSecret | null,
  places: StreamPlaces,
): StreamWatch {
  let lastAtMs = Number.NEGATIVE_INFINITY
  const isMeasured = ({ stream }: Camera): boolean => stream !== null && captureEveryMs > 0
  return {
    pointsOf: (camera) => (isMeasured(camera) ? streamPoints(expectationOf(camera)) : []),
    isDue: (camera) => isMeasured(camera) && performance.now() - lastAtMs >= captureEveryMs && places.areFree(),
    async measure(camera, limits) {
      lastAtMs = performance.now()
      const { port, path } = camera.stream ?? { port: 0, path: '/' }
      const uri = `rtsp://${placeOf(address, port)}${path}`
      return streamReading(await places.meter({ address, port, uri }, secret, captureMs, limits), expectationOf(camera))
    },
  }
}

/** The first profile is the one whose stream is played. Of a frame rate with an interval each so-many-th frame is sent. */
function expectationOf({ profiles: [main] }: Camera): StreamExpectation {
  if (main === undefined) return { framesPerSecond: null, codec: null }
  const { framesPerSecond, encodingInterval, codec } = main
  return {
    framesPerSecond: framesPerSecond === null ? null : framesPerSecond / (encodingInterval ?? 1),
    codec: codec === '' ? null : codec,
  }
}
