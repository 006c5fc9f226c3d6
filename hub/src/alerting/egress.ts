import { lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { isStewardError, StewardError } from '@steward/shared/errors'
import { Agent, buildConnector, request } from 'undici'
import { mayDial } from './address-policy.ts'

export type EgressOptions = {
  /** Lets addresses of this machine through; for tests and the demo. */
  allowLoopback: boolean
  timeoutMs?: number
  maxAnswerBytes?: number
}

export type EgressAnswer = { status: number; body: string; retryAfterMs: number | null }

/** The one way out to addresses that people typed: checked where it is dialled, no redirects, answers cut, time bounded. */
export type Egress = {
  send(url: string, options?: EgressRequest): Promise<EgressAnswer>
  close(): Promise<void>
}

export type EgressRequest = { method?: 'GET' | 'POST'; headers?: Record<string, string>; body?: string }

/** Marks a refusal of our own, so that it is told from what the network says. */
function refusal(host: string): StewardError {
  return new StewardError(
    'alerts/address-not-allowed',
    `${host} is an address of this machine, link-local or a metadata service; alerts are never sent there. Give another address.`,
  )
}

/** Resolves as the system does and keeps only what may be dialled: a name that is pointed elsewhere later gains nothing. */
function guardedLookup(allowLoopback: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '')
      const allowed = found.filter((it) => mayDial(it.address, { allowLoopback }))
      const [first] = allowed
      if (first === undefined) return callback(refusal(hostname), '')
      if (options.all === true) return callback(null, allowed)
      callback(null, first.address, first.family)
    })
  }
}

function guardedConnector(allowLoopback: boolean, timeoutMs: number): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs, allowH2: false, lookup: guardedLookup(allowLoopback) })
  return (options, callback) => {
    // A literal address is dialled without any lookup.
    if (isIP(options.hostname) !== 0 && !mayDial(options.hostname, { allowLoopback })) {
      return callback(refusal(options.hostname), null)
    }
    connect(options, callback)
  }
}

async function readAtMost(body: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    bytes += chunk.length
    // Leaving the loop destroys the stream: what comes after is not read.
    if (bytes >= maxBytes) break
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8')
}

/** `Retry-After` (RFC 9110, 10.2.3) in milliseconds, whichever of its two forms it has; at most a day. */
export function retryAfterMs(header: string | string[] | undefined, now: number): number | null {
  if (typeof header !== 'string' || header === '') return null
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 86_400_000) : null
}

/** What a failed request means for the person who reads the delivery log. Names the host only: the rest may be secret. */
function explained(error: unknown, host: string, timeoutMs: number): StewardError {
  if (isStewardError(error)) return error
  const inner = error instanceof AggregateError ? error.errors[0] : error
  const code = inner instanceof Error && 'code' in inner && typeof inner.code === 'string' ? inner.code : ''
  const timedOut =
    (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')) ||
    /TIMEOUT|TIMEDOUT/.test(code)
  const why = timedOut
    ? `no answer within ${timeoutMs / 1000} s`
    : code || (inner instanceof Error ? inner.message : '')
  return new StewardError('alerts/unreachable', `${host} could not be reached (${why}); it is tried again.`, {
    cause: error,
  })
}

/** Makes the way out. Never follows redirects; a status of any kind is an answer, only no answer is an error. */
export function createEgress(options: EgressOptions): Egress {
  const timeoutMs = options.timeoutMs ?? 10_000
  const maxAnswerBytes = options.maxAnswerBytes ?? 16_384
  const agent = new Agent({
    connect: guardedConnector(options.allowLoopback, timeoutMs),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 4000,
  })
  return {
    async send(url, { method = 'POST', headers = {}, body } = {}) {
      const { host } = new URL(url)
      try {
        const signal = AbortSignal.timeout(timeoutMs)
        const answer = await request(url, { dispatcher: agent, method, headers, body: body ?? null, signal })
        return {
          status: answer.statusCode,
          body: await readAtMost(answer.body, maxAnswerBytes),
          retryAfterMs: retryAfterMs(answer.headers['retry-after'], Date.now()),
        }
      } catch (error) {
        throw explained(error, host, timeoutMs)
      }
    },
    close: () => agent.destroy(),
  }
}
