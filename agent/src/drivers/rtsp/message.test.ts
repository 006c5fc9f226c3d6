import { isStewardError } from '@steward/shared/errors'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRtspReader, type Incoming, writeRequest } from './message.ts'
import { controlAddress, videoIn } from './sdp.ts'

const sdp = [
  'v=0',
  'o=- 0 0 IN IP4 10.0.4.7',
  's=Media',
  'a=control:*',
  'm=audio 0 RTP/AVP 0',
  'a=control:track0',
  'm=video 0 RTP/AVP 96',
  'a=rtpmap:96 h264/90000',
  'a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z2QAH6zZQFAFuwE=,aO48gA==',
  'a=control:trackID=1',
  'm=application 0 RTP/AVP 107',
  'a=control:track9',
].join('\r\n')

function responseOf(body = '', headers: string[] = []): Buffer {
  return Buffer.from(
    ['RTSP/1.0 200 OK', 'CSeq: 4', ...headers, `Content-Length: ${body.length}`, '', body].join('\r\n'),
    'latin1',
  )
}

const packet = Buffer.from([0x24, 2, 0, 3, 0x0d, 0x24, 0x52])
const request = Buffer.from('GET_PARAMETER rtsp://10.0.4.7/ RTSP/1.0\r\nCSeq: 9\r\n\r\n')

function readAll(pieces: readonly Buffer[]): Incoming[] {
  const reader = createRtspReader('10.0.4.7:554')
  return pieces.flatMap((it) => reader.take(it))
}

describe('what comes in a connection', () => {
  test('is the same however it is cut', () => {
    const whole = Buffer.concat([
      responseOf(sdp, ['Session: 1']),
      packet,
      Buffer.from('\r\n'),
      request,
      packet,
      responseOf(),
    ])
    const expected = readAll([whole])
    expect(expected.map((it) => it.type)).toEqual(['response', 'packet', 'request', 'packet', 'response'])
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: whole.length }), { maxLength: 40 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), whole.length]
        expect(readAll(at.map((from, i) => whole.subarray(from, at[i + 1] ?? whole.length)))).toEqual(expected)
      }),
    )
  })

  test('headers: any case, several of a name, folded lines', () => {
    const [first] = readAll([
      responseOf('', [
        'WWW-Authenticate: Digest realm="a",',
        ' nonce="b"',
        'www-authenticate:Basic realm="c"',
        'nonsense',
      ]),
    ])
    if (first?.type !== 'response') throw new Error('no response')
    expect(first.response.headers.get('www-authenticate')).toEqual(['Digest realm="a", nonce="b"', 'Basic realm="c"'])
    expect(first).toMatchObject({ sequence: 4, response: { status: 200, reason: 'OK' } })
  })

  test.each([
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['noise', '\u007f\u0000\u00ff'],
    ['an endless head', `RTSP/1.0 200 OK\r\n${'X: y\r\n'.repeat(4000)}`],
    ['more headers than anybody needs', `RTSP/1.0 200 OK\r\n${'X:\r\n'.repeat(101)}\r\n`],
    ['an endless body', 'RTSP/1.0 200 OK\r\nContent-Length: 99999\r\n\r\n'],
    ['a length that is none', 'RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n'],
  ])('%s is refused', (_, text) => {
    const take = () => readAll([Buffer.from(text, 'latin1')])
    expect(take).toThrow('10.0.4.7:554')
    try {
      take()
    } catch (error) {
      expect(isStewardError(error, 'driver/protocol')).toBe(true)
    }
  })

  test('no line end gets into a request', () => {
    expect(writeRequest('PLAY', 'rtsp://a/', 3, { Session: '1\r\nX: y' })).not.toContain('\r\nX')
  })
})

describe('SDP', () => {
  test('the video of several media', () => {
    expect(videoIn(sdp)).toMatchObject({
      encoding: 'H264',
      clockRate: 90_000,
      control: 'trackID=1',
      sessionControl: '*',
    })
    expect(videoIn(sdp)?.parameterSets.map((it) => it.toString('hex').slice(0, 2))).toEqual(['67', '68'])
  })

  test('JPEG needs no map; what has no video, or is none, gives none', () => {
    expect(videoIn('v=0\nm=video 0 RTP/AVP 26\n')).toMatchObject({ encoding: 'JPEG', clockRate: 90_000, control: '' })
    expect(videoIn('v=0\r\nm=audio 0 RTP/AVP 0')).toBeNull()
    expect(videoIn('v=0\r\nm=video 0 RTP/AVP 96')).toBeNull()
    expect(videoIn('v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/0')).toBeNull()
    expect(videoIn('<html>')).toBeNull()
    expect(videoIn(`v=0\r\n${'a=x\r\n'.repeat(600)}`)).toBeNull()
    expect(videoIn(`v=0\r\na=${'x'.repeat(9000)}`)).toBeNull()
  })

  test.each([
    ['track1', 'rtsp://10.0.4.7/a/', 'rtsp://10.0.4.7/a/track1'],
    ['track1', 'rtsp://10.0.4.7/a?b=c', 'rtsp://10.0.4.7/a?b=c/track1'],
    ['/track1', 'rtsp://10.0.4.7:8554/a', 'rtsp://10.0.4.7:8554/track1'],
    ['rtsp://192.168.1.64/t', 'rtsp://10.0.4.7/a', 'rtsp://192.168.1.64/t'],
    ['*', 'rtsp://10.0.4.7/a', 'rtsp://10.0.4.7/a'],
    ['', 'rtsp://10.0.4.7/a', 'rtsp://10.0.4.7/a'],
    ['t 1\r\nX: y', 'rtsp://10.0.4.7/a', 'rtsp://10.0.4.7/a/t1X:y'],
  ])('control %j of %s is %s', (control, base, expected) => {
    expect(controlAddress(control, base)).toBe(expected)
  })
})
