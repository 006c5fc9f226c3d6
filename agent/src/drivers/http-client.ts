/**
 * HTTP/1.1 to one device: few kept connections, a limit on time and body, abort, no redirects (a device must not send the
 * agent elsewhere). Node's own client, because it can be told to accept the malformed headers that devices send.
 */
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import { type PeerCertificate, TLSSocket } from 'node:tls'
import { StewardError } from '@steward/shared/errors'
import type { Limits } from './contract.ts'
import { aborted, networkFailure, timedOut } from './network-failure.ts'
import { placeOf } from './tcp-connect.ts'

export type HttpRequest = {
  method: 'GET' | 'POST'
  path: string
  port?: number
  headers?: Record<string, string>
  body?: string
  /** more than this in the answer is an error; bytes */
  maxBytes?: number
}

export type HttpResponse = {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
  certificate: PeerCertificate | null
}

export type HttpClient = {
  /** address and port, for messages */
  where: string
  /** Any status is an answer. Throws StewardError when there is none, or one that cannot be read. */
  send(request: HttpRequest, limits: Limits): Promise<HttpResponse>
  close(): void
}

const defaultMaxBytes = 1024 * 1024

export function createHttpClient(to: { address: string; port: number; tls: boolean }): HttpClient {
  const options = { keepAlive: true, maxSockets: 2, maxFreeSockets: 1, timeout: 120_000 }
  // A device's certificate is its own; its end is a point, its issuer proves nothing on a LAN.
  const agent = to.tls ? new TlsAgent({ ...options, rejectUnauthorized: false }) : new Agent(options)
  const send = to.tls ? tlsRequest : plainRequest

  const attempt = (it: HttpRequest, limits: Limits): Promise<HttpResponse> => {
    const port = it.port ?? to.port
    const where = placeOf(to.address, port)
    return new Promise((resolve, reject) => {
      if (limits.signal.aborted) {
        reject(aborted(where))
        return
      }
      const headers: Record<string, string> = { 'user-agent': 'steward-agent', accept: '*/*', ...it.headers }
      if (it.body !== undefined) headers['content-length'] = String(Buffer.byteLength(it.body))
      const request = send({
        host: to.address,
        port,
        method: it.method,
        path: it.path,
        headers,
        agent,
        insecureHTTPParser: true,
      })
      const settle = (): void => {
        clearTimeout(timer)
        limits.signal.removeEventListener('abort', onAbort)
      }
      const fail = (error: unknown): void => {
        settle()
        request.destroy()
        reject(request.reusedSocket && isReset(error) ? new StaleConnection() : networkFailure(error, where))
      }
      const onAbort = (): void => fail(aborted(where))
      const timer = setTimeout(() => fail(timedOut(where, limits.timeoutMs)), limits.timeoutMs)
      limits.signal.addEventListener('abort', onAbort, { once: true })
      request.on('error', fail)
      request.on('response', (response) => {
        collect(response, it.maxBytes ?? defaultMaxBytes, where).then((answer) => {
          settle()
          resolve(answer)
        }, fail)
      })
      request.end(it.body)
    })
  }

  return {
    where: placeOf(to.address, to.port),
    async send(request, limits) {
      try {
        return await attempt(request, limits)
      } catch (error) {
        // The device closed the kept connection while we were asking on it: that says nothing about the device.
        if (!(error instanceof StaleConnection)) throw error
        return await attempt(request, limits).catch((again: unknown) => {
          throw again instanceof StaleConnection ? networkFailure(again, placeOf(to.address, to.port)) : again
        })
      }
    },
    close: () => agent.destroy(),
  }
}

class StaleConnection extends Error {
  readonly code = 'ECONNRESET'
}

function isReset(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
}

function collect(response: IncomingMessage, maxBytes: number, where: string): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const socket = response.socket
    const certificate = socket instanceof TLSSocket ? socket.getPeerCertificate() : null
    response.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBytes) chunks.push(chunk)
      else reject(new StewardError('driver/protocol', `${where} sent more than ${maxBytes} bytes`))
    })
    response.on('end', () =>
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: Buffer.concat(chunks),
        certificate,
      }),
    )
    response.on('error', reject)
    response.on('aborted', () =>
      reject(new StewardError('driver/unreachable', `${where} closed the connection in the middle of its answer`)),
    )
  })
}
