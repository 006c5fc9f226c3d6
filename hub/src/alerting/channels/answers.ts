import { StewardError } from '@steward/shared/errors'
import { z } from 'zod'
import type { EgressAnswer } from '../egress.ts'

/** Waiting time where the receiver asks for less but names none. */
export const defaultPauseMs = 60_000

export function rateLimited(host: string, what: string, retryAfterMs: number): StewardError {
  const seconds = Math.ceil(retryAfterMs / 1000)
  return new StewardError(
    'alerts/rate-limited',
    `${host} asks for fewer messages (${what}); tried again in ${seconds} s.`,
    {
      details: { retryAfterMs },
    },
  )
}

/** Throws what an HTTP status other than 2xx means; nothing of the answer's body is told, it may be anything. */
export function checkStatus(host: string, { status, retryAfterMs }: EgressAnswer): void {
  if (status >= 200 && status < 300) return
  if (status === 429) throw rateLimited(host, 'HTTP 429', retryAfterMs ?? defaultPauseMs)
  if (status >= 300 && status < 400) {
    throw new StewardError(
      'alerts/refused',
      `${host} answered with a redirect (HTTP ${status}), which is not followed; give the final address.`,
    )
  }
  if (status >= 500 || status === 408 || status === 425) {
    throw new StewardError('alerts/unreachable', `${host} answered HTTP ${status}; it is tried again.`, {
      details: retryAfterMs === null ? {} : { retryAfterMs },
    })
  }
  throw new StewardError(
    'alerts/refused',
    `${host} refused the message (HTTP ${status}); check the recipient's address and secret.`,
  )
}

const RobotAnswer = z.object({ errcode: z.number(), errmsg: z.string().default('') })

/** The `{ errcode, errmsg }` with which WeCom and DingTalk answer beside HTTP 200. */
export function robotAnswer(host: string, { body }: EgressAnswer): z.infer<typeof RobotAnswer> {
  try {
    return RobotAnswer.parse(JSON.parse(body))
  } catch {
    throw new StewardError(
      'alerts/refused',
      `${host} did not answer as a group robot does; check that the address is the robot's own.`,
    )
  }
}

/** What a server wrote, as one short line for the delivery log. */
export function quoted(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  return line.length > 120 ? `${line.slice(0, 119)}…` : line
}

/** The end of a text cut to `maxBytes` of UTF-8, at a character's border. */
export function cutToBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text
  const cut = Buffer.from(text).subarray(0, maxBytes - 3)
  // A character cut in two decodes as U+FFFD at the end.
  return `${cut.toString('utf8').replace(/\uFFFD+$/, '')}…`
}

/** Names and reasons inside Markdown stay text: what could open a link, a tag or code becomes its full-width twin. */
export function plainInMarkdown(text: string): string {
  const twins: Record<string, string> = { '[': '［', ']': '］', '<': '＜', '>': '＞', '`': '｀', '*': '＊' }
  return text.replace(/[[\]<>`*]/g, (it) => twins[it] ?? it)
}
