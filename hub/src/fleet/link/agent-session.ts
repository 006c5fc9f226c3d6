import { once } from 'node:events'
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'
import { isIPv6 } from 'node:net'
import { type Duplex, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { catalogue, type ErrorCode, isStewardError, Problem, StewardError } from '@steward/shared/errors'
import { connectHeaders, connectHeaderValue, endAtOnce } from '@steward/shared/wire'
import { createWebSocketStream, type WebSocket } from 'ws'
import { splitLines } from './split-lines.ts'

/** A stream that carries a device's bytes: 1 MiB on its way is 100 Mbit/s over 80 ms; 4 MiB for all streams together. */
const windows = { settings: { initialWindowSize: 1 << 20, enablePush: false }, sessionBytes: 4 << 20 } as const

const pingEveryMs = 10_000
const maxAnswerBytes = 8 * 1024 * 1024
const maxLineBytes = 1024 * 1024
const connectWithinMs = 20_000
/** Resets of streams leave before the close frame: what HTTP/2 writes after it would break the socket off unread. */
const flushMs = 20

export type Question = {
  method: 'GET' | 'PUT' | 'POST'
  path: string
  /** JSON in pieces, so that a large one does not hold up the event loop */
  body?: Iterable<string>
  withinMs: number
}

export type Destination = {
  address: string
  port: number
  device: string
  engineer: string
  session: string
  reason: string
}

/** One connected agent: HTTP/2 with reversed roles inside its WebSocket. Every failure is a StewardError. */
export type AgentSession = {
  ask(question: Question): Promise<unknown>
  connect(to: Destination): Promise<Duplex>
  /** A question whose answer comes line by line, each JSON; resolves when it begins. Closing is by the signal. */
  follow(question: Omit<Question, 'withinMs'> & { signal: AbortSignal }): Promise<AsyncIterable<unknown>>
  /** Ends it at once; `why` goes to the agent. */
  end(code: number, why: string): void
}

/** How the link tells that the agent gave a sign of life, and that it is gone. */
export type SessionHooks = { onWord(): void; onClose(): void }

/** Speaks HTTP/2 as the client inside the agent's WebSocket. */
export function openAgentSession(agent: string, socket: WebSocket, hooks: SessionHooks): AgentSession {
  const carrier = createWebSocketStream(socket)
  carrier.on('error', () => undefined)
  endAtOnce(carrier, socket)
  const session = connect('http://agent', { createConnection: () => carrier, settings: windows.settings })
  session.on('error', () => undefined)
  session.once('connect', () => session.setLocalWindowSize(windows.sessionBytes))
  const stopWatching = watch(socket, hooks.onWord)
  socket.once('close', () => {
    stopWatching()
    // The session ends with its carrier: destroyed by itself it would write to a socket that is gone, which ends the process.
    carrier.destroy()
    hooks.onClose()
  })
  const streams = new Set<ClientHttp2Stream>()
  let isEnding = false
  const request: Requests = (headers, options) => {
    if (isEnding) throw new Error('this connection is being ended')
    const stream = session.request(headers, options)
    streams.add(stream)
    stream.once('close', () => streams.delete(stream))
    // Whoever uses the stream hears of its failure by its close.
    stream.on('error', () => undefined)
    return stream
  }
  return {
    ask: (question) => translated(agent, ask(request, question)),
    connect: (to) => translated(agent, openStream(request, to)),
    follow: (question) => translated(agent, follow(request, question, agent)),
    end(code, why) {
      if (isEnding) return
      isEnding = true
      for (const stream of streams) stream.close(constants.NGHTTP2_CANCEL)
      setTimeout(() => socket.close(code, why), flushMs)
      // An agent that does not answer the close is not waited for.
      setTimeout(() => socket.terminate(), 1000).unref()
    },
  }
}

type Requests = ClientHttp2Session['request']

/** Pings and drops a socket that has not answered two in a row. */
function watch(socket: WebSocket, onWord: () => void): () => void {
  let unanswered = 0
  socket.on('pong', () => {
    unanswered = 0
    onWord()
  })
  const timer = setInterval(() => {
    if (unanswered >= 2) return socket.terminate()
    unanswered += 1
    socket.ping()
  }, pingEveryMs)
  return () => clearInterval(timer)
}

async function ask(request: Requests, question: Question): Promise<unknown> {
  const { method, path, body, withinMs } = question
  const stream = request(
    { ':method': method, ':path': path, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    { endStream: body === undefined, signal: AbortSignal.timeout(withinMs) },
  )
  const answered = statusOf(stream)
  if (body !== undefined) {
    // An answer that refuses comes before all is sent; it is what counts.
    pipeline(Readable.from(body), stream, { end: true }).catch(() => undefined)
  }
  const status = await answered
  const text = await bodyOf(stream)
  if (status !== 200) throw refusal(status, text)
  return JSON.parse(text)
}

type Followed = Parameters<AgentSession['follow']>[0]

async function follow(request: Requests, question: Followed, agent: string): Promise<AsyncIterable<unknown>> {
  const { method, path, body = [], signal } = question
  const stream = request({ ':method': method, ':path': path, 'content-type': 'application/json' }, { signal })
  const answered = statusOf(stream)
  pipeline(Readable.from(body), stream, { end: true }).catch(() => undefined)
  const status = await answered
  if (status !== 200) throw refusal(status, await bodyOf(stream))
  return linesOf(agent, stream)
}

async function* linesOf(agent: string, stream: ClientHttp2Stream): AsyncGenerator<unknown> {
  const chunks = splitLines(stream, maxLineBytes)
  for (;;) {
    const { done, value } = await translated(agent, chunks.next())
    if (done === true) return
    yield value
  }
}

async function openStream(request: Requests, to: Destination): Promise<Duplex> {
  const { address, port } = to
  const stream = request({
    ':method': 'CONNECT',
    ':authority': `${isIPv6(address) ? `[${address}]` : address}:${port}`,
    [connectHeaders.device]: connectHeaderValue.encode(to.device),
    [connectHeaders.engineer]: connectHeaderValue.encode(to.engineer),
    [connectHeaders.session]: connectHeaderValue.encode(to.session),
    [connectHeaders.reason]: connectHeaderValue.encode(to.reason),
  })
  const timer = setTimeout(() => stream.destroy(new Error('no answer')), connectWithinMs)
  try {
    const status = await statusOf(stream)
    if (status === 200) return stream
    throw refusal(status, await bodyOf(stream))
  } catch (error) {
    stream.destroy()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

async function statusOf(stream: ClientHttp2Stream): Promise<number> {
  const closed = once(stream, 'close').then(() => {
    throw new Error('the stream was closed')
  })
  closed.catch(() => undefined)
  const [headers] = await Promise.race([once(stream, 'response'), closed])
  return Number(headers[':status'])
}

async function bodyOf(stream: ClientHttp2Stream): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    if (bytes > maxAnswerBytes) throw new Error('the answer is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The agent's problem document as the error that it is. */
function refusal(status: number, text: string): StewardError {
  try {
    const { code, detail } = Problem.parse(JSON.parse(text))
    if (isKnown(code)) return new StewardError(code, detail)
  } catch {
    // It did not say why.
  }
  return new StewardError('system/internal', `The agent answers with status ${status}.`)
}

function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(catalogue, code)
}

/** Whatever breaks on the way to an answer means that the agent could not be reached just now. */
async function translated<T>(agent: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (isStewardError(error)) throw error
    throw new StewardError('fleet/agent-away', `The agent ${agent} does not answer now; try again in a moment.`, {
      cause: error,
    })
  }
}
