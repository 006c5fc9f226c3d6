/** RTSP: whether a stream's server answers, and how the stream is when it is played for some seconds. */
import type { ConnectionOf } from '@steward/shared/model'
import type { Driver, DriverSession, Target } from '../contract.ts'
import { checkOutcomeOf } from '../network-failure.ts'
import { type StreamExpectation, type StreamMeter, streamPoints, streamReading } from '../stream-meter.ts'
import { placeOf } from '../tcp-connect.ts'
import { converse } from './conversation.ts'
import { playStream } from './play.ts'

export const measureStream: StreamMeter = playStream

export function createRtspDriver(): Driver<'rtsp'> {
  return { name: 'rtsp', needsSecret: () => false, open: openSession, close: () => undefined }
}

function openSession({ address, connection, secret }: Target<ConnectionOf<'rtsp'>>): DriverSession {
  const { port, path, captureMs, expect } = connection
  const place = { address, port, uri: `rtsp://${placeOf(address, port)}${path}` }
  const expected: StreamExpectation = { framesPerSecond: expect?.fps ?? null, codec: expect?.codec ?? null }
  let told = false
  return {
    // Any status is an answer, and nothing is proved by it, so that checking can lock no account.
    check: (limits) =>
      checkOutcomeOf(async () => {
        const conversation = await converse(address, port, limits)
        try {
          await conversation.ask({ method: 'OPTIONS', uri: place.uri })
        } finally {
          conversation.close()
        }
      }),
    async poll(limits) {
      const finding = await playStream(place, secret, captureMs, limits)
      const points = told ? {} : { points: streamPoints(expected) }
      told = true
      return { ...points, ...streamReading(finding, expected) }
    },
    close: () => undefined,
  }
}
