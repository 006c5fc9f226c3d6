/** What is found out of a video stream by having it played; drivers that know of streams are given who can do that. */
import type { PointValue } from '@steward/shared/model'
import type { DeviceSecret, LearnedPoint, Limits, Reading } from './contract.ts'

/** `uri` without user and password. */
export type StreamPlace = { address: string; port: number; uri: string }

/** Figures that could not be told are null; `lossPercent` of the packets, `keyDistanceSeconds` between key frames. */
type PlayedStream = {
  state: 'played'
  codec: string
  framesPerSecond: number | null
  bitsPerSecond: number | null
  lossPercent: number | null
  jitterSeconds: number | null
  keyDistanceSeconds: number | null
  size: { width: number; height: number } | null
}

export type StreamFinding = PlayedStream | { state: 'no-video' | 'not-offered'; message: string }

/** Plays a stream for `captureMs` (up to twice as long for a second key frame). Throws StewardError when it cannot be asked. */
export type StreamMeter = (
  place: StreamPlace,
  secret: DeviceSecret | null,
  captureMs: number,
  limits: Limits,
) => Promise<StreamFinding>

/** How the stream should be, as somebody has configured it. Null: nobody has. */
export type StreamExpectation = { framesPerSecond: number | null; codec: string | null }

/** `failed`, which is that it could not be asked for, is no word about the stream. */
const badStates = ['no-video', 'not-offered', 'other-codec']
/** Fewer than this share of the pictures that there should be is a fault; a dark scene may take a third away. */
const leastShare = 0.5

export const streamState: LearnedPoint = {
  ...point('state', 'state', 'Video stream', ''),
  states: ['ok', ...badStates, 'failed'],
  watch: { isDirect: true, states: badStates },
}
const fps = point('fps', 'frame-rate', 'Frame rate', 'fps')
const bitrate = point('bitrate', 'bit-rate', 'Bit rate', 'bit/s')
const loss = point('loss', 'loss', 'Packet loss', '%')
const jitter = point('jitter', 'jitter', 'Jitter', 's')
const gop = point('gop', 'time', 'Time between key frames', 's')
const codec = point('codec', 'codec', 'Codec', '')
const resolution = point('resolution', 'resolution', 'Resolution', '')

function point(id: string, kind: string, name: string, unit: string): LearnedPoint {
  return { id: `stream.${id}`, class: kind, instance: '', name, unit }
}

export function streamPoints({ framesPerSecond }: StreamExpectation): LearnedPoint[] {
  const limited = {
    ...fps,
    ...(framesPerSecond === null ? {} : { limits: { low: framesPerSecond * leastShare }, watch: { isDirect: true } }),
  }
  return [streamState, limited, bitrate, loss, jitter, gop, codec, resolution]
}

export function streamReading(finding: StreamFinding, expected: StreamExpectation): Pick<Reading, 'values' | 'errors'> {
  const wasPlayed = finding.state === 'played'
  const isOther = wasPlayed && expected.codec !== null && nameOf(finding.codec) !== nameOf(expected.codec)
  const told: PlayedStream | null = wasPlayed ? finding : null
  const values: Record<string, PointValue> = {
    [streamState.id]: isOther ? 'other-codec' : finding.state === 'played' ? 'ok' : finding.state,
    [fps.id]: rounded(told?.framesPerSecond, 1),
    [bitrate.id]: rounded(told?.bitsPerSecond, 0),
    [loss.id]: rounded(told?.lossPercent, 2),
    [jitter.id]: rounded(told?.jitterSeconds, 4),
    [gop.id]: rounded(told?.keyDistanceSeconds, 2),
    [codec.id]: told === null ? null : nameOf(told.codec),
    [resolution.id]: told === null || told.size === null ? null : `${told.size.width}x${told.size.height}`,
  }
  const errors = finding.state === 'played' ? [] : [{ point: streamState.id, message: finding.message }]
  return { values, errors }
}

/** One name for what ONVIF, SDP and people write in several ways. */
function nameOf(written: string): string {
  const plain = written.toUpperCase().replace(/[^A-Z0-9]/g, '')
  return { HEVC: 'H265', MJPEG: 'JPEG', AVC: 'H264', MP4VES: 'MPEG4' }[plain] ?? plain
}

function rounded(value: number | null | undefined, digits: number): number | null {
  return value === null || value === undefined ? null : Number(value.toFixed(digits))
}
