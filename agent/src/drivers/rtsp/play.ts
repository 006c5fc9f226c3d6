/** Has a stream played for some seconds and measures it: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN (RFC 2326, section 10). */
import { isStewardError, StewardError } from '@steward/shared/errors'
import type { DeviceSecret, Limits } from '../contract.ts'
import { createHttpAuth, type HttpAuth } from '../http-auth.ts'
import type { StreamFinding, StreamPlace } from '../stream-meter.ts'
import { type Conversation, converse, type Question } from './conversation.ts'
import { createMeasurement, type Measurement } from './measure.ts'
import type { RtspResponse } from './message.ts'
import { sizeInParameterSet } from './pieces.ts'
import { parseRtp } from './rtp.ts'
import { controlAddress, type VideoMedia, videoIn } from './sdp.ts'

/** A distance of key frames needs two of them: for the second it is listened on, up to this many times as long. */
const longestTimes = 2
/** What is asked of the goodbye: that it goes out, not that it is answered. */
const goodbyeMs = 500

/**
 * Throws StewardError when the device does not answer, answers no RTSP, or refuses the password (offered once). That it has no
 * such stream, or sends nothing, is a finding.
 */
export async function playStream(
  place: StreamPlace,
  secret: DeviceSecret | null,
  captureMs: number,
  limits: Limits,
): Promise<StreamFinding> {
  const conversation = await converse(place.address, place.port, limits)
  try {
    const auth = authOf(secret)
    const ask = (question: Question) => askAuthenticated(conversation, auth, question)
    await conversation.ask({ method: 'OPTIONS', uri: place.uri })
    const described = await ask({ method: 'DESCRIBE', uri: place.uri, headers: { Accept: 'application/sdp' } })
    if (described.status !== 200) return refusedBy('DESCRIBE', described)
    const video = videoIn(described.body.toString('utf8'))
    if (video === null)
      throw new StewardError('driver/protocol', `${conversation.where} describes no video, or not as SDP`)
    const base = baseOf(described, place.uri)
    const uri = controlAddress(video.control, controlAddress(video.sessionControl, base))
    const setUp = await ask({ method: 'SETUP', uri, headers: { Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1' } })
    if (setUp.status !== 200) return refusedBy('SETUP', setUp)
    const session = { uri: controlAddress(video.sessionControl, base), headers: { Session: sessionOf(setUp) } }
    const measurement = createMeasurement(video)
    // Packets may come before the answer does.
    conversation.listen(channelOf(setUp), (bytes) => {
      const packet = parseRtp(bytes)
      if (packet !== null) measurement.take(packet, performance.now())
    })
    const play = { ...session, method: 'PLAY', headers: { ...session.headers, Range: 'npt=0.000-' } }
    const playing = await ask(play)
    if (playing.status !== 200) return refusedBy('PLAY', playing)
    await capture(conversation, measurement, captureMs, limits.timeoutMs)
    const endedAtMs = performance.now()
    await sayGoodbye(conversation, auth, session)
    return findingOf(video, measurement, endedAtMs)
  } finally {
    conversation.close()
  }
}

/** From the first packet on; without one at most until it should have come. */
async function capture(
  conversation: Conversation,
  measurement: Measurement,
  captureMs: number,
  patienceMs: number,
): Promise<void> {
  await conversation.wait(Math.max(patienceMs, captureMs), () => measurement.packets() > 0)
  if (measurement.packets() === 0) return
  await conversation.wait(captureMs, () => false)
  if (measurement.keyFrames() === 1)
    await conversation.wait(captureMs * (longestTimes - 1), () => measurement.keyFrames() > 1)
}

function findingOf(video: VideoMedia, measurement: Measurement, endedAtMs: number): StreamFinding {
  const figures = measurement.figures(endedAtMs)
  if (figures.packets === 0) return { state: 'no-video', message: 'it plays, but sends no picture' }
  const size = figures.size ?? video.parameterSets.map((it) => sizeInParameterSet(video.encoding, it)).find((it) => it)
  return { state: 'played', codec: video.encoding, ...figures, size: size ?? null }
}

function refusedBy(method: string, { status, reason }: RtspResponse): StreamFinding {
  return { state: 'not-offered', message: `it answers ${method} with ${status} ${reason}`.trim() }
}

function authOf(secret: DeviceSecret | null): HttpAuth | null {
  // Anew for each connection: a nonce of another would count as a wrong password.
  return secret?.password === undefined
    ? null
    : createHttpAuth({ user: secret.user ?? '', password: secret.password }, true)
}

async function askAuthenticated(
  conversation: Conversation,
  auth: HttpAuth | null,
  question: Question,
): Promise<RtspResponse> {
  for (let attempt = 0; ; attempt += 1) {
    const authorization = auth?.header(question.method, question.uri) ?? null
    const headers = { ...question.headers, ...(authorization === null ? {} : { Authorization: authorization }) }
    const response = await conversation.ask({ ...question, headers })
    if (response.status !== 401) {
      auth?.accepted()
      return response
    }
    const { where } = conversation
    if (auth === null)
      throw new StewardError('driver/no-secret', `${where} asks for a user and password; set them at the agent`)
    const challenges = [...(response.headers.get('www-authenticate') ?? [])]
    if (!auth.challenged(challenges) || attempt >= 2)
      throw new StewardError('driver/refused-credentials', `${where} refuses the user or password`)
  }
}

/** The device would notice the end of the connection too; said, it frees its place for the next viewer at once. */
async function sayGoodbye(conversation: Conversation, auth: HttpAuth | null, session: Omit<Question, 'method'>) {
  const authorization = auth?.header('TEARDOWN', session.uri) ?? null
  const headers = { ...session.headers, ...(authorization === null ? {} : { Authorization: authorization }) }
  const answer = conversation.ask({ ...session, method: 'TEARDOWN', headers })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, goodbyeMs)
  })
  const ended = answer.then(
    () => undefined,
    (error: unknown) => {
      if (!isStewardError(error)) throw error
    },
  )
  await Promise.race([ended, late])
  clearTimeout(timer)
}

/** RFC 2326, appendix C.1.1. */
function baseOf({ headers }: RtspResponse, uri: string): string {
  return headers.get('content-base')?.[0] ?? headers.get('content-location')?.[0] ?? uri
}

function sessionOf({ headers }: RtspResponse): string {
  return (headers.get('session')?.[0] ?? '').split(';')[0]?.trim().slice(0, 200) ?? ''
}

function channelOf({ headers }: RtspResponse): number {
  return Number(/interleaved=(\d{1,3})/.exec(headers.get('transport')?.[0] ?? '')?.[1] ?? 0)
}
