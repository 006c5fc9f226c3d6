/** Errors of sockets as what they mean for the person who looks after the device. */
import { type ErrorCode, isStewardError, StewardError } from '@steward/shared/errors'
import type { CheckOutcome } from './contract.ts'

const meanings: Record<string, [ErrorCode, string]> = {
  ECONNREFUSED: ['driver/unreachable', 'refuses the connection; is the service on and the port right?'],
  ECONNRESET: ['driver/unreachable', 'closed the connection in the middle'],
  EPIPE: ['driver/unreachable', 'closed the connection in the middle'],
  EHOSTUNREACH: ['driver/unreachable', 'cannot be reached: no route, or nobody has this address'],
  EHOSTDOWN: ['driver/unreachable', 'cannot be reached: nobody has this address'],
  ENETUNREACH: ['driver/unreachable', 'cannot be reached: this machine has no route to its network'],
  ENETDOWN: ['driver/unreachable', "cannot be reached: this machine's network is down"],
  EACCES: ['driver/unreachable', 'cannot be reached: this machine does not permit it'],
  EADDRNOTAVAIL: ['driver/unreachable', 'cannot be reached: this machine has no address or port left for it'],
  ETIMEDOUT: ['driver/timeout', 'did not answer in time'],
}

function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** `where` is an address and port, as in `10.0.4.7:80`. What is a StewardError already is given back. */
export function networkFailure(error: unknown, where: string): StewardError {
  if (isStewardError(error)) return error
  const errno = errnoOf(error)
  const [code, text] = meanings[errno] ?? ['driver/protocol', 'gave an answer that cannot be read']
  const detail = meanings[errno] === undefined && error instanceof Error ? ` (${error.message})` : ''
  return new StewardError(code, `${where} ${text}${detail}`, { cause: error })
}

export function timedOut(where: string, timeoutMs: number): StewardError {
  return new StewardError('driver/timeout', `${where} did not answer within ${timeoutMs} ms`)
}

/** The caller gave the question up. */
export function aborted(where: string): StewardError {
  return new StewardError('driver/timeout', `the question to ${where} was given up`)
}

/**
 * Runs the cheapest question of a protocol and turns whatever happens into an outcome. Refused credentials are an answer.
 * `question` throws StewardError; anything else is a fault of ours and is thrown on.
 */
export async function checkOutcomeOf(question: () => Promise<void>): Promise<CheckOutcome> {
  const started = performance.now()
  try {
    await question()
    return { ok: true, tookMs: performance.now() - started }
  } catch (error) {
    const tookMs = performance.now() - started
    if (!isStewardError(error)) throw error
    if (error.code === 'driver/refused-credentials') return { ok: true, tookMs, refused: { message: error.message } }
    return { ok: false, tookMs, code: error.code, message: error.message }
  }
}
