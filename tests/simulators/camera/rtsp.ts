/** RTSP 1.0 (RFC 2326) with Digest; RTP interleaved in the same connection or over UDP to whoever asked. */
import { randomBytes } from 'node:crypto'
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { DigestGuard } from '../digest.ts'
import type { Gate } from '../gate.ts'
import type { StreamManner } from './operations.ts'
import { description, type Playing, playRtp } from './rtp.ts'

export type RtspOptions = {
  gate: Gate
  guard: DigestGuard
  name: string
  address: string
  /** asked anew for each viewer */
  manner: () => StreamManner | undefined
}

type Request = { method: string; uri: string; header: (name: string) => string | undefined }
type Reply = (status: string, headers?: string[], body?: string) => void
type Session = {
  id: string
  /** the transport as it was agreed, and how a packet goes there */
  send: ((packet: Buffer) => void) | null
  udp: UdpSocket | null
  playing: Playing | null
}

const maxPendingBytes = 16_384
/** A viewer that does not read is cut off before it fills the memory. */
const maxUnsentBytes = 1_000_000

export function serveRtsp(socket: Socket, options: RtspOptions): void {
  const session: Session = { id: randomBytes(4).toString('hex'), send: null, udp: null, playing: null }
  let pending: Buffer = Buffer.alloc(0)
  let turn = Promise.resolve()
  socket.on('data', (data: Buffer) => {
    pending = Buffer.concat([pending, data])
    for (;;) {
      const next = takeRequest(pending)
      if (next === null) break
      pending = next.rest
      const { request } = next
      if (request !== null) turn = turn.then(() => answer(socket, request, session, options))
    }
    if (pending.length > maxPendingBytes) socket.destroy()
  })
  socket.on('close', () => end(session))
}

/** The first request in what has come, null while it is not whole; frames that the viewer sends (RTCP) are passed over. */
function takeRequest(bytes: Buffer): { request: Request | null; rest: Buffer } | null {
  if (bytes[0] === 0x24) {
    if (bytes.length < 4 || bytes.length < 4 + bytes.readUInt16BE(2)) return null
    return { request: null, rest: bytes.subarray(4 + bytes.readUInt16BE(2)) }
  }
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return null
  const text = bytes.subarray(0, end).toString('latin1')
  const header = (name: string) => new RegExp(`^${name}: *(.*)$`, 'im').exec(text)?.[1]?.trim()
  const [method = '', uri = ''] = text.split('\r\n', 1)[0]?.split(' ') ?? []
  const length = Number(header('Content-Length') ?? 0)
  if (bytes.length < end + 4 + length) return null
  return { request: { method, uri, header }, rest: bytes.subarray(end + 4 + length) }
}

async function answer(socket: Socket, request: Request, session: Session, options: RtspOptions): Promise<void> {
  const { gate, guard, name } = options
  await gate.pass()
  const sequence = request.header('CSeq') ?? '0'
  const reply: Reply = (status, headers = [], body = '') => {
    const lines = [`RTSP/1.0 ${status}`, `CSeq: ${sequence}`, ...headers]
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`)
  }
  const authorization = request.header('Authorization')
  if (request.method === 'OPTIONS') {
    reply('200 OK', ['Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN'])
  } else if (gate.refusesCredentials() || !guard.isAuthorised(authorization, request.method)) {
    reply(
      '401 Unauthorized',
      guard.challenge(authorization).map((it) => `WWW-Authenticate: ${it}`),
    )
  } else if (request.method === 'DESCRIBE' && options.manner()?.refusal !== undefined) {
    reply(options.manner()?.refusal ?? '')
  } else if (request.method === 'DESCRIBE') {
    const sdp = description(name)
    const base = `Content-Base: ${request.uri.replace(/\/$/, '')}/`
    reply('200 OK', [base, 'Content-Type: application/sdp', `Content-Length: ${Buffer.byteLength(sdp)}`], sdp)
  } else if (request.method === 'SETUP') await setUp(socket, request, session, options, reply)
  else control(request, session, reply, options)
}

function control({ method, uri }: Request, session: Session, reply: Reply, { manner }: RtspOptions): void {
  const sessionHeader = `Session: ${session.id};timeout=60`
  if (session.send === null) reply('454 Session Not Found')
  else if (method === 'PLAY') {
    reply('200 OK', [
      sessionHeader,
      'Range: npt=now-',
      `RTP-Info: url=${uri.replace(/\/$/, '')}/track1;seq=0;rtptime=0`,
    ])
    session.playing ??= playRtp(session.send, manner())
  } else if (method === 'TEARDOWN') {
    reply('200 OK', [sessionHeader])
    end(session)
  } else if (method === 'GET_PARAMETER') reply('200 OK', [sessionHeader])
  else reply('501 Not Implemented')
}

async function setUp(socket: Socket, request: Request, session: Session, { address }: RtspOptions, reply: Reply) {
  const wanted = request.header('Transport') ?? ''
  const ports = /client_port=(\d+)-(\d+)/.exec(wanted)
  const channels = /interleaved=(\d+)-(\d+)/.exec(wanted)
  const sessionHeader = `Session: ${session.id};timeout=60`
  const peer = socket.remoteAddress
  if (session.send !== null) reply('455 Method Not Valid in This State')
  else if (wanted.startsWith('RTP/AVP/TCP')) {
    const channel = Number(channels?.[1] ?? 0) & 0xff
    session.send = (packet) => {
      const head = Buffer.from([0x24, channel, packet.length >> 8, packet.length & 0xff])
      if (socket.writableLength > maxUnsentBytes) socket.destroy()
      else socket.write(Buffer.concat([head, packet]))
    }
    reply('200 OK', [`Transport: RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1}`, sessionHeader])
  } else if (ports !== null && peer !== undefined) {
    const udp = createSocket('udp4')
    session.udp = udp
    udp.on('error', () => undefined)
    udp.bind(0, address)
    await once(udp, 'listening')
    const port = Number(ports[1])
    // To the address that asked and no other, or a stream could be aimed at somebody else.
    session.send = (packet) => udp.send(packet, port, peer.replace(/^::ffff:/, ''), () => undefined)
    const own = udp.address().port
    reply('200 OK', [
      `Transport: RTP/AVP;unicast;client_port=${ports[1]}-${ports[2]};server_port=${own}-${own + 1}`,
      sessionHeader,
    ])
    if (socket.destroyed) end(session)
  } else reply('461 Unsupported Transport')
}

function end(session: Session): void {
  session.playing?.stop()
  session.udp?.close()
  session.playing = null
  session.udp = null
  session.send = null
}
