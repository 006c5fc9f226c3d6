/** RTSP 1.0 (RFC 2326) with Digest and RTP interleaved in the same connection: 25 frames a second, one small packet each. */
import type { Socket } from 'node:net'
import { type Credentials, challenge, isAuthorised } from '../digest.ts'
import type { Gate } from '../gate.ts'

const frameMs = 40
const clockPerFrame = 90_000 / 25
const keyEvery = 50

export type RtspOptions = { gate: Gate; credentials: Credentials; name: string }

export function serveRtsp(socket: Socket, options: RtspOptions): void {
  let text = ''
  let playing: NodeJS.Timeout | null = null
  socket.on('data', async (data) => {
    text += data.toString('latin1')
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      const request = text.slice(0, end)
      text = text.slice(end + 4)
      await options.gate.pass()
      const [method = '', uri = ''] = request.split(' ')
      const header = (name: string) => new RegExp(`^${name}: *(.*)$`, 'im').exec(request)?.[1]?.trim()
      const sequence = header('CSeq') ?? '0'
      const reply = (status: string, headers: string[] = [], body = '') =>
        socket.write(
          `RTSP/1.0 ${status}\r\nCSeq: ${sequence}\r\n${headers.map((it) => `${it}\r\n`).join('')}\r\n${body}`,
        )
      if (method === 'OPTIONS') {
        reply('200 OK', ['Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN'])
      } else if (
        options.gate.refusesCredentials() ||
        !isAuthorised(header('Authorization'), method, options.credentials)
      ) {
        reply('401 Unauthorized', [`WWW-Authenticate: ${challenge()}`])
      } else if (method === 'DESCRIBE') {
        const sdp = description(options.name)
        reply(
          '200 OK',
          [`Content-Base: ${uri}/`, 'Content-Type: application/sdp', `Content-Length: ${sdp.length}`],
          sdp,
        )
      } else if (method === 'SETUP') {
        reply('200 OK', ['Transport: RTP/AVP/TCP;unicast;interleaved=0-1', 'Session: 4711;timeout=60'])
      } else if (method === 'PLAY') {
        reply('200 OK', ['Session: 4711', 'Range: npt=0.000-'])
        playing ??= play(socket)
      } else if (method === 'TEARDOWN') {
        if (playing !== null) clearInterval(playing)
        reply('200 OK', ['Session: 4711'])
      } else reply('405 Method Not Allowed')
    }
  })
  socket.on('close', () => {
    if (playing !== null) clearInterval(playing)
  })
}

function description(name: string): string {
  return [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    `s=${name}`,
    't=0 0',
    'm=video 0 RTP/AVP 96',
    'a=rtpmap:96 H264/90000',
    'a=framerate:25',
    'a=control:track1',
    '',
  ].join('\r\n')
}

function play(socket: Socket): NodeJS.Timeout {
  let frame = 0
  return setInterval(() => {
    const isKey = frame % keyEvery === 0
    const packet = Buffer.alloc(4 + 12 + (isKey ? 900 : 120))
    packet[0] = 0x24
    packet.writeUInt16BE(packet.length - 4, 2)
    packet[4] = 0x80
    packet[5] = 0x80 | 96
    packet.writeUInt16BE(frame & 0xffff, 6)
    packet.writeUInt32BE((frame * clockPerFrame) >>> 0, 8)
    packet.writeUInt32BE(0x5717_a3d0, 12)
    // NAL unit header: 5 is a picture that stands alone, 1 one that needs those before it.
    packet[16] = isKey ? 0x65 : 0x41
    socket.write(packet)
    frame += 1
  }, frameMs)
}
