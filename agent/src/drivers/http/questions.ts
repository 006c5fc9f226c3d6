/** Questions to a device's web interface, each answered with a document, a reason, or not worth asking again. */
import { isStewardError } from '@steward/shared/errors'
import type { Limits } from '../contract.ts'
import { type Document, readDocument } from '../document.ts'
import { type HttpAuth, sendAuthenticated } from '../http-auth.ts'
import type { HttpClient, HttpResponse } from '../http-client.ts'
import { textIn } from './body-text.ts'

/** `never`: this device has no such thing, or this user may not see it. `closed`: there is no login to ask with. `silent`: no answer came. */
export type Answer =
  | { kind: 'document'; document: Document; tookMs: number; endedMs: number }
  | { kind: 'never' | 'closed' | 'failed' | 'silent'; message: string }

const notHere = new Set([400, 403, 404, 405, 410, 501])

export type Ask = (path: string, limits: Limits) => Promise<Answer>

/**
 * Throws `driver/refused-credentials` while the login has not been taken anywhere; from then on what is refused is refused to this user,
 * not to this password.
 */
export function createAsk(client: HttpClient, auth: HttpAuth | null): Ask {
  return async (path, limits) => {
    const started = performance.now()
    try {
      const response = await sendAuthenticated(client, auth, { method: 'GET', path }, limits)
      return answerOf(response, path, performance.now() - started)
    } catch (error) {
      if (!isStewardError(error)) throw error
      const isRefusal = error.code === 'driver/refused-credentials'
      if (isRefusal && auth?.isProven() === false) throw error
      if (isRefusal) return { kind: 'never', message: `${path}: ${error.message}` }
      if (error.code === 'driver/no-secret') return { kind: 'closed', message: error.message }
      return { kind: error.code === 'driver/protocol' ? 'failed' : 'silent', message: error.message }
    }
  }
}

export function answerOf({ status, body, headers }: HttpResponse, path: string, tookMs: number): Answer {
  if (notHere.has(status)) return { kind: 'never', message: `${path} is not there or not allowed (HTTP ${status})` }
  if (status !== 200) return { kind: 'failed', message: `${path} answered HTTP ${status}` }
  const document = readDocument(textIn(body, headers['content-type']))
  if (document.format === 'none') return { kind: 'failed', message: `${path}: ${document.problem}` }
  return { kind: 'document', document, tookMs, endedMs: Date.now() }
}
