import type { ClientRequest, IncomingMessage } from 'node:http'
import { Agent, type RequestOptions, request } from 'node:https'
import { agentPaths, linkProtocol } from '@steward/shared/wire'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { WebSocket } from 'ws'
import { connectionError, type HubAddress, tlsOptions } from './trust.ts'

export type HubAnswer = { status: number; text: string; tookMs: number }
export type PostOptions = { token?: string; gzip?: boolean; timeoutMs: number; signal?: AbortSignal }

/** Speaks HTTPS with one hub over few kept connections. What does not come to an answer throws `connectionError`. */
export type HubClient = {
  url: string
  post(path: string, body: string | Uint8Array, options: PostOptions): Promise<HubAnswer>
  /** The link's WebSocket, not yet open. */
  link(token: string): WebSocket
  /** Cuts the kept connections: what is under way on them fails at once and is tried again on new ones. */
  dropConnections(): void
}

const maxAnswerBytes = 256 * 1024
const linkTimeoutMs = 15_000
/** The hub sends configurations in one message at most as large as its HTTP/2 frames; this is far beyond. */
const maxMessageBytes = 16 * 1024 * 1024

export function createHubClient(hub: HubAddress): HubClient {
  const tls = tlsOptions(hub)
  const agent = agentFor(hub)
  const base = new URL(hub.url)
  const post = (path: string, body: string | Uint8Array, options: PostOptions) =>
    new Promise<HubAnswer>((resolve, reject) => {
      const startedMs = performance.now()
      const signals = [
        AbortSignal.timeout(options.timeoutMs),
        ...(options.signal === undefined ? [] : [options.signal]),
      ]
      const asked = request(new URL(path, base), {
        ...tls,
        agent,
        method: 'POST',
        signal: AbortSignal.any(signals),
        headers: headersFor(body, options),
      } satisfies RequestOptions)
      asked.once('response', (answer) => {
        textOf(answer)
          .then((text) => resolve({ status: answer.statusCode ?? 0, text, tookMs: performance.now() - startedMs }))
          .catch(reject)
      })
      asked.once('error', (error) => reject(wasStale(asked, error) ? new StaleConnection() : timedOut(error)))
      asked.end(body)
    })
  return {
    url: hub.url,
    async post(path, body, options) {
      try {
        // The hub may have closed a kept connection at the very moment; every request here may be repeated.
        const first = await post(path, body, options).catch((error: unknown) => {
          if (error instanceof StaleConnection) return null
          throw error
        })
        return first ?? (await post(path, body, options))
      } catch (error) {
        throw connectionError(error, hub.url)
      }
    },
    link: (token) =>
      new WebSocket(new URL(agentPaths.link, base.href.replace(/^https/, 'wss')), [linkProtocol], {
        ...tls,
        agent: agentFor(hub),
        headers: { authorization: `Bearer ${token}` },
        handshakeTimeout: linkTimeoutMs,
        perMessageDeflate: false,
        maxPayload: maxMessageBytes,
        followRedirects: false,
      }),
    dropConnections() {
      agent.destroy()
    },
  }
}

function agentFor({ proxy }: HubAddress): Agent | HttpsProxyAgent<string> {
  const kept = { keepAlive: true, maxSockets: 4 }
  return proxy === null ? new Agent(kept) : new HttpsProxyAgent(proxy, kept)
}

function headersFor(body: string | Uint8Array, { token, gzip }: PostOptions): Record<string, string | number> {
  return {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(gzip === true ? { 'content-encoding': 'gzip' } : {}),
  }
}

class StaleConnection extends Error {}

function wasStale(asked: ClientRequest, error: Error): boolean {
  return asked.reusedSocket && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
}

function timedOut(error: Error): Error {
  const isTimeout = error.cause instanceof Error && error.cause.name === 'TimeoutError'
  return isTimeout ? Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }) : error
}

/** The body of an answer; of one that is too large only its beginning, since it is no answer of a hub. */
export async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of answer) {
    if (!Buffer.isBuffer(chunk)) continue
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > maxAnswerBytes) break
  }
  return Buffer.concat(chunks).toString('utf8')
}
