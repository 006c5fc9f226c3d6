import { isStewardError } from '@steward/shared/errors'
import { expect, test } from 'vitest'
import { createMeasurement } from './measure.ts'
import { createRtspReader } from './message.ts'
import { parseRtp } from './rtp.ts'
import { controlAddress, videoIn } from './sdp.ts'

/** A million with FUZZ_ROUNDS=1000000. */
const rounds = Number(process.env.FUZZ_ROUNDS ?? 20_000)

const sdp =
  'v=0\r\no=- 0 0 IN IP4 10.0.4.7\r\ns=a\r\na=control:*\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 sprop-parameter-sets=Z2QAH6zZQFAFuwE=,aO48gA==\r\na=control:track1\r\n'
const response = Buffer.from(
  `RTSP/1.0 200 OK\r\nCSeq: 2\r\nWWW-Authenticate: Digest realm="a", nonce="b"\r\nContent-Length: ${sdp.length}\r\n\r\n${sdp}`,
)
const units = [
  '67640028acd940780227e58400000300040000030',
  '420101016000000300900000030000',
  '7c8588',
  '780002676400036588',
  '62019',
  '0000000001505',
]
const packets = units.map((it, at) => {
  const rtp = Buffer.concat([Buffer.from([0x80, 0xe0, 0, at, 0, 0, at, 0, 0, 0, 0, 2]), Buffer.from(it, 'hex')])
  return Buffer.concat([Buffer.from([0x24, 0, 0, rtp.length]), rtp])
})
const whole = Buffer.concat([response, ...packets, response, ...packets])

/** The same numbers every time, so that what fails once fails again (mulberry32). */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

function mutated(number: (below: number) => number): Buffer {
  const bytes = Buffer.from(whole)
  for (let left = 1 + number(8); left > 0; left -= 1) bytes[number(bytes.length)] = number(256)
  return number(4) === 0 ? bytes.subarray(0, number(bytes.length)) : bytes
}

test('whatever arrives, reading ends with messages or with a clear error', { timeout: 600_000 }, () => {
  const number = numbersFrom(4711)
  const encodings = ['H264', 'H265', 'JPEG', 'VP8'] as const
  const strange: unknown[] = []
  let packetsRead = 0
  let refused = 0
  for (let i = 0; i < rounds; i += 1) {
    const bytes = mutated(number)
    const cut = number(bytes.length + 1)
    const measurement = createMeasurement({ encoding: encodings[i % encodings.length] ?? 'H264', clockRate: 90_000 })
    try {
      const reader = createRtspReader('x')
      for (const it of [...reader.take(bytes.subarray(0, cut)), ...reader.take(bytes.subarray(cut))]) {
        if (it.type === 'response')
          controlAddress(videoIn(it.response.body.toString('utf8'))?.control ?? '', 'rtsp://a/b')
        const packet = it.type === 'packet' ? parseRtp(it.data) : null
        if (packet === null) continue
        packetsRead += 1
        measurement.take(packet, packetsRead)
      }
      const figures = Object.values(measurement.figures(packetsRead))
      if (figures.some((it) => typeof it === 'number' && !Number.isFinite(it))) strange.push(figures)
    } catch (error) {
      if (isStewardError(error, 'driver/protocol')) refused += 1
      else strange.push(error)
    }
  }
  expect(strange.slice(0, 3)).toEqual([])
  expect(packetsRead).toBeGreaterThan(rounds)
  expect(refused).toBeGreaterThan(rounds / 20)
})
