/** RTSP messages with RTP between them, descriptions of streams, and the figures of what came. */
import { isStewardError } from '@steward/shared/errors'
import { parseChallenges } from '../../../agent/src/drivers/http-auth.ts'
import { createMeasurement } from '../../../agent/src/drivers/rtsp/measure.ts'
import { createRtspReader, type Incoming } from '../../../agent/src/drivers/rtsp/message.ts'
import { sizeInParameterSet } from '../../../agent/src/drivers/rtsp/pieces.ts'
import { parseRtp } from '../../../agent/src/drivers/rtsp/rtp.ts'
import { controlAddress, videoIn } from '../../../agent/src/drivers/rtsp/sdp.ts'
import type { Chance } from '../chance.ts'
import { bytes, type Decoder, hex } from '../decoder.ts'

const sdp =
  'v=0\r\no=- 0 0 IN IP4 10.0.4.7\r\ns=a\r\na=control:*\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 sprop-parameter-sets=Z2QAH6zZQFAFuwE=,aO48gA==\r\na=control:track1\r\n'
const h265 =
  'v=0\r\nm=video 0 RTP/AVP 97\r\na=rtpmap:97 H265/90000\r\na=fmtp:97 sprop-sps=QgEBAWAAAAMAkAAAAwAAAwBdoAKAgC0WWVmkkyvAQAAA+gAAF3A=\r\na=control:rtsp://a/b\r\n'
const head = (length: number): string =>
  `RTSP/1.0 200 OK\r\nCSeq: 2\r\nWWW-Authenticate: Digest realm="a", nonce="b", qop="auth"\r\nContent-Length: ${length}\r\n\r\n`
/** H.264 parameters and a picture of its own, H.265 parameters, fragments, aggregates, JPEG. */
const units = hex(
  '67640028acd940780227e5840000030004000003000f0',
  '420101016000000300900000030000',
  '7c8588',
  '780002676400036588',
  '6201930000',
  '00000000015050',
)
const packets = units.map((it, at) => {
  const rtp = Buffer.concat([Buffer.from([0x80, 0xe0, 0, at, 0, 0, at, 0, 0, 0, 0, 2]), it])
  return Buffer.concat([Buffer.from([0x24, 0, 0, rtp.length]), rtp])
})
const message = (body: string): Buffer => Buffer.concat([Buffer.from(head(body.length) + body), ...packets])

function follow(it: Incoming, taken: (packet: NonNullable<ReturnType<typeof parseRtp>>) => void): void {
  if (it.type === 'response') {
    parseChallenges([...(it.response.headers.get('www-authenticate') ?? [])])
    const media = videoIn(it.response.body.toString('utf8'))
    controlAddress(media?.control ?? '', 'rtsp://a/b')
    for (const set of media?.parameterSets ?? []) sizeInParameterSet(media?.encoding ?? '', set)
  }
  const packet = it.type === 'packet' ? parseRtp(it.data) : null
  if (packet !== null) taken(packet)
}

function decode(sent: Buffer, chance: Chance): number | null {
  const encoding = ['H264', 'H265', 'JPEG', 'VP8'][chance(4)] ?? ''
  const measurement = createMeasurement({ encoding, clockRate: 90_000 })
  const cut = chance(sent.length + 1)
  const reader = createRtspReader('there')
  let count = 0
  for (const piece of [sent.subarray(0, cut), sent.subarray(cut)]) {
    for (const it of reader.take(piece)) {
      count += 1
      follow(it, (packet) => measurement.take(packet, count))
    }
  }
  const figures = Object.values(measurement.figures(count))
  if (figures.some((it) => typeof it === 'number' && !Number.isFinite(it))) throw new Error(JSON.stringify(figures))
  return count === 0 ? null : count
}

export const rtsp: Decoder = {
  corpus: [message(sdp), message(h265), Buffer.concat([message(sdp), ...packets, message(h265), ...packets])],
  tokens: bytes(
    '\r\n',
    '\r\n\r\n',
    '$\0',
    'RTSP/1.0 ',
    'ANNOUNCE rtsp://a RTSP/1.0\r\n',
    ' ',
    ':',
    'm=video',
    'a=',
    '\t',
  ),
  nests: [
    [Buffer.from('\r\n'), Buffer.alloc(0)],
    [Buffer.from('a:b\r\n'), Buffer.alloc(0)],
    [Buffer.from('$\0\0\0'), Buffer.alloc(0)],
  ],
  isRefusal: (error) => isStewardError(error, 'driver/protocol'),
  open: () => ({ decode }),
}
