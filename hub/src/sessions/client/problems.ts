import type { IncomingMessage } from 'node:http'
import { catalogue, type ErrorCode, Problem, StewardError } from '@steward/shared/errors'

const maxProblemBytes = 65_536

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(catalogue, code)
}

/** The error that a problem document (RFC 9457) stands for; a body of another kind becomes one with its status. */
export function errorOf(status: number, body: string): StewardError {
  try {
    const problem = Problem.parse(JSON.parse(body))
    if (isErrorCode(problem.code)) return new StewardError(problem.code, problem.detail)
  } catch {
    // Not a problem document: a proxy or another server answered.
  }
  return new StewardError(
    'uplink/unreachable',
    `The address does not answer as a Steward hub (HTTP ${status}); check --url.`,
  )
}

/** Reads an answer's body, at most 64 KiB of it. */
export async function bodyOf(stream: AsyncIterable<Buffer> | IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > maxProblemBytes) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

const untrusted = /^(UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|CERT_|ERR_TLS)/

/** A failed connection to the hub as one line for the engineer. */
export function connectionError(error: unknown, url: string): StewardError {
  if (error instanceof StewardError) return error
  const first = error instanceof AggregateError ? error.errors[0] : error
  const code = first instanceof Error && 'code' in first && typeof first.code === 'string' ? first.code : ''
  if (untrusted.test(code)) {
    const hint = 'give its CA with --ca FILE, or correct the host name in --url'
    return new StewardError('fleet/hub-not-trusted', `The certificate of ${url} is not trusted (${code}); ${hint}.`)
  }
  const why = code || (first instanceof Error ? first.message : String(first))
  return new StewardError(
    'uplink/unreachable',
    `The hub at ${url} cannot be reached (${why}); check --url and the network.`,
  )
}
