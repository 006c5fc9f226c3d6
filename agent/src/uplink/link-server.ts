import {
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { problemOf, StewardError } from '@steward/shared/errors'
import { CheckRequest, connectHeaders, connectHeaderValue, linkPaths } from '@steward/shared/wire'
import type { Log } from '../polling/contract.ts'
import { tellDiscovery } from './link-discovery.ts'
import type { ConnectRequest, LinkHost } from './link-host.ts'

/** 1 MiB on its way carries 100 Mbit/s over 80 ms in one stream; 4 MiB for all streams together. */
const settings = { initialWindowSize: 1 << 20, maxConcurrentStreams: 256, maxHeaderListSize: 16_384, enablePush: false }
const sessionWindowBytes = 4 << 20

const maxConfigBytes = 32 * 1024 * 1024
const maxRequestBytes = 16 * 1024

/** Speaks HTTP/2 as the server inside the link: the hub asks, the agent answers (architecture, decision 2). */
export function serveLink(carrier: Duplex, host: LinkHost, log: Log): ServerHttp2Session {
  const session = performServerHandshake(carrier, { settings })
  session.setLocalWindowSize(sessionWindowBytes)
  session.on('error', () => undefined)
  session.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    answer(stream, headers, host).catch((error: unknown) => {
      if (!(error instanceof StewardError)) log.error({ err: error }, 'A command of the hub failed.')
      refuse(stream, error)
    })
  })
  return session
}

async function answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, host: LinkHost): Promise<void> {
  const command = `${String(headers[':method'])} ${String(headers[':path'] ?? '')}`.trim()
  if (headers[':method'] === 'CONNECT') return host.connect(connectRequest(headers), stream)
  if (command === `PUT ${linkPaths.config}`) {
    return reply(stream, await host.applyConfig(await readJson(stream, maxConfigBytes)))
  }
  if (command === `GET ${linkPaths.status}`) return reply(stream, await host.status())
  if (command === `GET ${linkPaths.grants}`) return reply(stream, host.grants())
  if (command === `POST ${linkPaths.check}`) {
    const asked = CheckRequest.safeParse(await readJson(stream, maxRequestBytes))
    if (!asked.success) throw new StewardError('input/invalid', 'A check is asked for with { "device": "…" }.')
    return reply(stream, await host.check(asked.data.device))
  }
  if (command === `POST ${linkPaths.discover}`) {
    return tellDiscovery(stream, await readJson(stream, maxRequestBytes), host)
  }
  throw new StewardError('input/not-found', `This agent knows no command ${command}.`)
}

function reply(stream: ServerHttp2Stream, body: unknown): void {
  if (stream.destroyed) return
  stream.respond({ ':status': 200, 'content-type': 'application/json' })
  stream.end(JSON.stringify(body))
}

function refuse(stream: ServerHttp2Stream, error: unknown): void {
  if (stream.destroyed || stream.headersSent) return
  const known =
    error instanceof StewardError
      ? error
      : new StewardError('system/internal', 'The agent failed; the reason is in its log.')
  const problem = problemOf(known)
  stream.respond({ ':status': problem.status, 'content-type': 'application/problem+json' })
  stream.end(JSON.stringify(problem))
}

async function readJson(stream: ServerHttp2Stream, maxBytes: number): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new StewardError('input/too-large', `The agent takes at most ${maxBytes} bytes here.`)
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new StewardError('input/invalid', 'The body is not JSON.')
  }
}

const authorityPattern = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):(\d{1,5})$/

/** `address:port`, IPv6 in brackets; literal addresses only, since a name can be made to point elsewhere. */
function connectRequest(headers: IncomingHttpHeaders): ConnectRequest {
  const [, v6, v4, digits] = authorityPattern.exec(String(headers[':authority'])) ?? []
  const address = v6 ?? v4 ?? ''
  const port = Number(digits)
  if (isIP(address) === 0 || !(port >= 1 && port <= 65_535)) {
    throw new StewardError('support/target-not-allowed', 'A tunnel goes to a literal address and a port.')
  }
  const value = (name: keyof typeof connectHeaders): string => {
    const given = headers[connectHeaders[name]]
    return typeof given === 'string' ? cut(connectHeaderValue.decode(given) ?? '') : ''
  }
  const [device, engineer, session, reason] = [value('device'), value('engineer'), value('session'), value('reason')]
  return { address, port, device, engineer, session, reason }
}

/** What comes from the hub goes into log lines: one line, of bounded length. */
function cut(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').slice(0, 500)
}
