import { once } from 'node:events'
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2'
import type { Duplex } from 'node:stream'
import { TunnelOpened, type TunnelRequest, tunnelPaths, tunnelProtocol } from '@steward/shared/api'
import { isStewardError, StewardError } from '@steward/shared/errors'
import { endAtOnce } from '@steward/shared/wire'
import { createWebSocketStream, WebSocket } from 'ws'
import { tunnelWindows, watchSocket } from '../tunnel-socket.ts'
import { bodyOf, connectionError, errorOf } from './problems.ts'

export type HubAddress = {
  url: string
  apiKey: string
  /** PEM of the CA that the hub's certificate comes from; left out: the system's */
  ca?: string
}

export type Tunnel = {
  id: string
  grantedUntil: string
  /** one TCP connection to the device; throws the agent's or the hub's refusal */
  connect(): Promise<Duplex>
  /** resolves with the reason when the tunnel is over, whoever ended it */
  ended: Promise<string>
  /** Ends it and resolves when the connection is gone. */
  close(): Promise<void>
}

const handshakeTimeoutMs = 15_000
const closeWithinMs = 1000

type Carrier = { socket: WebSocket; carrier: Duplex }

async function openSocket({ url, apiKey, ca }: HubAddress): Promise<Carrier> {
  const address = new URL(tunnelPaths.socket, url)
  address.protocol = address.protocol === 'http:' ? 'ws:' : 'wss:'
  const socket = new WebSocket(address, tunnelProtocol, {
    headers: { authorization: `Bearer ${apiKey}` },
    perMessageDeflate: false,
    followRedirects: false,
    handshakeTimeout: handshakeTimeoutMs,
    ...(ca === undefined ? {} : { ca }),
  })
  // Before it is open: the hub's first frame may come in one packet with its answer.
  const carrier = createWebSocketStream(socket)
  carrier.on('error', () => undefined)
  endAtOnce(carrier, socket)
  const refused = new Promise<never>((_resolve, reject) => {
    socket.once('unexpected-response', (request, response) => {
      bodyOf(response)
        .then((body) => reject(errorOf(response.statusCode ?? 0, body)), reject)
        .finally(() => request.destroy())
    })
    socket.once('error', (error) => reject(connectionError(error, new URL(url).origin)))
  })
  await Promise.race([once(socket, 'open'), refused])
  return { socket, carrier }
}

async function statusOf(stream: ClientHttp2Stream): Promise<number> {
  const [headers] = await once(stream, 'response')
  return Number(headers[':status'])
}

async function askToOpen(session: ClientHttp2Session, request: TunnelRequest): Promise<TunnelOpened> {
  const stream = session.request({ ':method': 'POST', ':path': tunnelPaths.open, 'content-type': 'application/json' })
  stream.end(JSON.stringify(request))
  const status = await statusOf(stream)
  const body = await bodyOf(stream)
  if (status !== 200) throw errorOf(status, body)
  return TunnelOpened.parse(JSON.parse(body))
}

async function openStream(session: ClientHttp2Session, { device, port }: TunnelRequest): Promise<Duplex> {
  const stream = session.request({ ':method': 'CONNECT', ':authority': `${device}:${port}` })
  const status = await statusOf(stream)
  if (status === 200) return stream
  const body = await bodyOf(stream)
  throw errorOf(status, body)
}

/** Opens a tunnel to a port of a device. Throws a StewardError with one line that says what to do. */
export async function openTunnel(hub: HubAddress, request: TunnelRequest): Promise<Tunnel> {
  const { socket, carrier } = await openSocket(hub)
  const session = connect('http://hub', { createConnection: () => carrier, settings: tunnelWindows.settings })
  session.on('error', () => undefined)
  session.once('connect', () => session.setLocalWindowSize(tunnelWindows.sessionBytes))
  const ended = new Promise<string>((resolve) => {
    socket.once('close', (_code, reason) => resolve(String(reason) || 'the connection to the hub was lost'))
  })
  watchSocket(socket)
  const lost = ended.then((why) => {
    throw new StewardError('uplink/unreachable', `The tunnel has ended: ${why}.`)
  })
  lost.catch(() => undefined)
  try {
    const opened = await Promise.race([askToOpen(session, request), lost])
    return {
      ...opened,
      connect: () =>
        Promise.race([lost, openStream(session, request)]).catch((error: unknown) => {
          // What is no refusal is the tunnel ending just now; its own reason is the better one.
          if (isStewardError(error)) throw error
          return lost
        }),
      ended,
      async close() {
        socket.close(1000)
        const timer = setTimeout(() => socket.terminate(), closeWithinMs)
        await ended
        clearTimeout(timer)
      },
    }
  } catch (error) {
    socket.terminate()
    throw connectionError(error, new URL(hub.url).origin)
  }
}
