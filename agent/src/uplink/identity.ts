import { randomBytes } from 'node:crypto'
import { errorOfProblem, StewardError } from '@steward/shared/errors'
import { agentPaths, ChallengeResponse, signedText, TokenResponse } from '@steward/shared/wire'
import type { z } from 'zod'
import { type AgentFile, signText, verifyText } from '../vault/index.ts'
import type { HubAnswer, HubClient } from './hub-client.ts'

const timeoutMs = 15_000

/** The parsed body of a good answer; throws what the hub's problem document says, or that this is no hub. */
export function readAnswer<T extends z.ZodType>(answer: HubAnswer, schema: T, url: string): z.output<T> {
  if (answer.status === 200) {
    const body = schema.safeParse(jsonOf(answer.text))
    if (body.success) return body.data
  }
  throw refusalOf(answer, url)
}

export function refusalOf({ status, text }: Pick<HubAnswer, 'status' | 'text'>, url: string): StewardError {
  const told = errorOfProblem(text)
  if (told !== null) return told
  const advice = 'check the address, and whether a proxy answers in its place'
  return new StewardError('uplink/unreachable', `${url} does not answer as a Steward hub (HTTP ${status}); ${advice}.`)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/**
 * Proves both sides to each other over nonces (Ed25519) and gives a bearer token of an hour. Throws
 * `fleet/hub-not-trusted` when the hub does not hold the pinned key, `fleet/agent-revoked` when this agent was revoked.
 */
export async function authenticate(client: HubClient, agent: AgentFile, signal: AbortSignal): Promise<string> {
  const { agentId } = agent
  const agentNonce = randomBytes(32).toString('base64url')
  const asked = JSON.stringify({ agentId, nonce: agentNonce })
  const challenge = await client.post(agentPaths.challenge, asked, { timeoutMs, signal })
  const { nonce, signature } = readAnswer(challenge, ChallengeResponse, client.url)
  if (!verifyText(agent.hub.key, signedText.hub({ agentId, agentNonce, hubNonce: nonce }), signature)) {
    const advice = 'nothing was sent to it; if the hub was set up anew, enrol again with --replace'
    throw new StewardError(
      'fleet/hub-not-trusted',
      `${client.url} does not hold the key that was pinned at enrolment; ${advice}.`,
    )
  }
  const proof = signText(agent.privateKey, signedText.agent({ agentId, hubNonce: nonce }))
  const answer = await client.post(agentPaths.token, JSON.stringify({ agentId, nonce, signature: proof }), {
    timeoutMs,
    signal,
  })
  return readAnswer(answer, TokenResponse, client.url).token
}

export type Tokens = {
  get(): Promise<string>
  /** The hub does not take this token any more: the next `get` makes another. */
  refused(token: string): void
}

/** Tokens live an hour by the hub's clock; ours may differ, so they are renewed by the time that passed here. */
const renewAfterMs = 50 * 60_000

/** One token for all who need one; made when it is asked for, once at a time. */
export function keepToken(make: () => Promise<string>, monotonicMs: () => number = () => performance.now()): Tokens {
  let held: { token: string; sinceMs: number } | null = null
  let making: Promise<string> | null = null
  return {
    get() {
      if (held !== null && monotonicMs() - held.sinceMs < renewAfterMs) return Promise.resolve(held.token)
      making ??= make()
        .then((token) => {
          held = { token, sinceMs: monotonicMs() }
          return token
        })
        .finally(() => {
          making = null
        })
      return making
    },
    refused(token) {
      if (held?.token === token) held = null
    },
  }
}
