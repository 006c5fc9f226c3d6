/** RTP (RFC 3550) that looks like H.264 (RFC 6184): 25 frames a second, one packet each, a key frame every two seconds. */
import { randomBytes } from 'node:crypto'
import type { StreamManner } from './operations.ts'

const usualFramesPerSecond = 25
const clockRate = 90_000
const keyEvery = 50
const payloadType = 96
const headerBytes = 12
const payloadBytes = { key: 1300, other: 400 } as const
/** NAL unit headers: 5 is a picture that stands alone, 1 one that needs those before it. */
const nal = { key: 0x65, other: 0x41 } as const

export type Playing = { stop(): void }

/** Calls `send` with each packet at its time, until stopped. */
export function playRtp(send: (packet: Buffer) => void, { framesPerSecond, disturb }: StreamManner = {}): Playing {
  const fps = framesPerSecond ?? usualFramesPerSecond
  const pass = disturb ?? ((packet: Buffer) => [packet])
  if (fps === 0) return { stop: () => undefined }
  const source = randomBytes(4)
  const started = performance.now()
  let frame = 0
  const timer = setInterval(() => {
    // By the clock and not by the tick, so that a late timer does not slow the stream down.
    const due = Math.floor(((performance.now() - started) / 1000) * fps)
    for (; frame <= due; frame += 1) for (const packet of pass(packetOf(frame, source, fps))) send(packet)
  }, 1000 / fps)
  return { stop: () => clearInterval(timer) }
}

function packetOf(frame: number, source: Buffer, framesPerSecond: number): Buffer {
  const isKey = frame % keyEvery === 0
  const packet = Buffer.alloc(headerBytes + (isKey ? payloadBytes.key : payloadBytes.other), frame & 0xff)
  packet[0] = 0x80
  // The marker bit: the last packet of a picture.
  packet[1] = 0x80 | payloadType
  packet.writeUInt16BE(frame & 0xffff, 2)
  packet.writeUInt32BE(((frame * clockRate) / framesPerSecond) >>> 0, 4)
  source.copy(packet, 8)
  packet[headerBytes] = isKey ? nal.key : nal.other
  return packet
}

export function description(name: string): string {
  return [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    `s=${name}`,
    'c=IN IP4 0.0.0.0',
    't=0 0',
    'a=control:*',
    'a=range:npt=now-',
    `m=video 0 RTP/AVP ${payloadType}`,
    `a=rtpmap:${payloadType} H264/${clockRate}`,
    `a=fmtp:${payloadType} packetization-mode=1;profile-level-id=640033`,
    `a=framerate:${usualFramesPerSecond}`,
    'a=control:track1',
    '',
  ].join('\r\n')
}
