import { performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import type { Duplex } from 'node:stream'
import { type TunnelOpened, TunnelRequest, tunnelPaths } from '@steward/shared/api'
import { isStewardError, problemOf, StewardError } from '@steward/shared/errors'
import { createWebSocketStream, type WebSocket } from 'ws'
import { abortStream, type Joined, joinStreams } from './join-streams.ts'
import { tunnelWindows, watchSocket } from './tunnel-socket.ts'

/** What stands behind a tunnel; every method throws a StewardError for the engineer. */
export type TunnelHost = {
  open(request: TunnelRequest): Promise<TunnelOpened>
  /** one TCP connection to the device that was opened */
  connect(): Promise<Duplex>
  /** a connection begins, and its figures while it lasts */
  began(joined: Joined): void
  ended(joined: Joined): void
  failed(error: StewardError): void
  /** the socket is gone, `why` in a few words */
  closed(why: string): void
}

const maxRequestBytes = 16_384
const maxStreams = 128

function asStewardError(error: unknown): StewardError {
  if (isStewardError(error)) return error
  return new StewardError('system/internal', 'The tunnel failed inside the hub; the reason is in its log.', {
    cause: error,
  })
}

function refuse(stream: ServerHttp2Stream, error: StewardError): void {
  if (stream.destroyed || stream.headersSent) return
  const problem = problemOf(error)
  stream.respond({ ':status': problem.status, 'content-type': 'application/problem+json' })
  stream.end(JSON.stringify(problem))
}

async function readRequest(stream: ServerHttp2Stream): Promise<TunnelRequest> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length
    if (bytes > maxRequestBytes) throw new StewardError('input/too-large', 'The request for a tunnel is too large.')
    chunks.push(chunk)
  }
  try {
    return TunnelRequest.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')))
  } catch {
    throw new StewardError('input/invalid', 'A tunnel is asked for with site, device, port and reason.')
  }
}

/** The TCP connections of one tunnel: each CONNECT stream is joined with one from the agent. */
async function carry(stream: ServerHttp2Stream, host: TunnelHost): Promise<void> {
  const device = await host.connect()
  if (stream.destroyed) return abortStream(device)
  const joined: Joined = { forwardBytes: 0, backBytes: 0 }
  stream.respond({ ':status': 200 })
  host.began(joined)
  await joinStreams(stream, device, joined)
  host.ended(joined)
}

function serveStreams(session: ServerHttp2Session, host: TunnelHost, running: Set<Promise<void>>): void {
  let asked: string | null = null
  session.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    const run = async (): Promise<void> => {
      const method = headers[':method']
      if (method === 'CONNECT' && asked === headers[':authority']) return carry(stream, host)
      if (method !== 'POST' || headers[':path'] !== tunnelPaths.open || asked !== null) {
        throw new StewardError('input/not-found', 'A tunnel is opened once, to one port of one device.')
      }
      const request = await readRequest(stream)
      const opened = await host.open(request)
      asked = `${request.device}:${request.port}`
      stream.respond({ ':status': 200, 'content-type': 'application/json' })
      stream.end(JSON.stringify(opened))
    }
    const done = run()
      .catch((error: unknown) => {
        const told = asStewardError(error)
        host.failed(told)
        refuse(stream, told)
      })
      .finally(() => running.delete(done))
    running.add(done)
  })
}

/** How long an engineer's program may take to answer a close before the connection is dropped. */
const closeWithinMs = 2000
/** Resets of streams leave before the close frame: what HTTP/2 writes after it would break the socket off unread. */
const flushMs = 20

/** Speaks HTTP/2 as the server inside an engineer's WebSocket until either side ends it. */
export function serveTunnel(socket: WebSocket, host: TunnelHost): { end(why: string): void } {
  const carrier = createWebSocketStream(socket)
  carrier.on('error', () => undefined)
  const session = performServerHandshake(carrier, {
    settings: { ...tunnelWindows.settings, maxConcurrentStreams: maxStreams },
  })
  session.setLocalWindowSize(tunnelWindows.sessionBytes)
  session.on('error', () => undefined)
  const streams = new Set<ServerHttp2Stream>()
  session.on('stream', (stream) => {
    streams.add(stream)
    stream.once('close', () => streams.delete(stream))
  })
  const running = new Set<Promise<void>>()
  serveStreams(session, host, running)
  watchSocket(socket)
  let endedBecause: string | undefined
  socket.once('close', (code) => {
    // The session ends with its carrier: destroyed by itself it would write to a socket that is gone.
    carrier.destroy()
    const why = endedBecause ?? (code === 1000 ? 'the engineer ended it' : 'the connection was lost')
    // The figures of the last connections come first.
    void Promise.allSettled(running).then(() => host.closed(why))
  })
  return {
    end(why) {
      if (endedBecause !== undefined) return
      endedBecause = why
      // The connections to devices end now; the close frame that says why needs the socket a moment longer.
      for (const stream of streams) abortStream(stream)
      setTimeout(() => socket.close(4000, cutToClose(why)), flushMs)
      setTimeout(() => socket.terminate(), closeWithinMs).unref()
    },
  }
}

/** A close frame carries at most 123 bytes of reason (RFC 6455, section 5.5). */
function cutToClose(why: string): string {
  const bytes = Buffer.from(why)
  return bytes.length <= 123
    ? why
    : bytes
        .subarray(0, 123)
        .toString('utf8')
        .replace(/\uFFFD+$/, '')
}
