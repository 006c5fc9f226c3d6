import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { Slug } from '@steward/shared/model'
import { z } from 'zod'

/** How long a nonce may be answered, and a token be used, in milliseconds. */
export const nonceLivesMs = 60_000
export const tokenLivesMs = 3_600_000

/** A nonce is its time, 8 random bytes and a seal over both. */
const timeBytes = 8
const openBytes = 16
const nonceBytes = 32
const tokenPrefix = 'steward-agent-'

const Payload = z.object({ agent: Slug, expiresAt: z.int() })

/** Makes and checks nonces and tokens without keeping any: they carry their time and a seal that only the hub can make. */
export type AgentTokens = {
  nonce(agent: string, now: number): string
  /** True once for a nonce that was given to this agent within the last minute. */
  spendNonce(agent: string, nonce: string, now: number): boolean
  token(agent: string, now: number): { token: string; expiresAt: number }
  /** The agent that a token was given to, or null when it is none of ours or too old. */
  agentOf(token: string, now: number): string | null
}

export function createAgentTokens(secrets: { nonce: Buffer; token: Buffer }): AgentTokens {
  /** Spent nonces until they are too old anyway; only those that were answered with a right signature get here. */
  const spent = new Map<string, number>()

  const sealed = (agent: string, open: Buffer): string => {
    const seal = hmac(secrets.nonce, `${agent}\0${open.toString('hex')}`).subarray(0, nonceBytes - openBytes)
    return Buffer.concat([open, seal]).toString('base64url')
  }

  return {
    nonce(agent, now) {
      const time = Buffer.alloc(timeBytes)
      time.writeBigUInt64BE(BigInt(now))
      return sealed(agent, Buffer.concat([time, randomBytes(openBytes - timeBytes)]))
    },
    spendNonce(agent, given, now) {
      const bytes = Buffer.from(given, 'base64url')
      if (bytes.length !== nonceBytes) return false
      const at = Number(bytes.readBigUInt64BE(0))
      if (!(at <= now && now - at <= nonceLivesMs) || !isEqual(sealed(agent, bytes.subarray(0, openBytes)), given)) {
        return false
      }
      for (const [it, since] of spent) if (now - since > nonceLivesMs) spent.delete(it)
      if (spent.has(given)) return false
      spent.set(given, at)
      return true
    },
    token(agent, now) {
      const expiresAt = now + tokenLivesMs
      const payload = Buffer.from(JSON.stringify({ agent, expiresAt })).toString('base64url')
      return { token: `${tokenPrefix}${payload}.${hmac(secrets.token, payload).toString('base64url')}`, expiresAt }
    },
    agentOf(token, now) {
      if (!token.startsWith(tokenPrefix) || token.length > 2000) return null
      const [payload = '', seal = ''] = token.slice(tokenPrefix.length).split('.')
      if (!isEqual(hmac(secrets.token, payload).toString('base64url'), seal)) return null
      const { agent, expiresAt } = Payload.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
      return now < expiresAt ? agent : null
    },
  }
}

function hmac(secret: Buffer, text: string): Buffer {
  return createHmac('sha256', secret).update(text).digest()
}

function isEqual(a: string, b: string): boolean {
  const [first, second] = [Buffer.from(a), Buffer.from(b)]
  return first.length === second.length && timingSafeEqual(first, second)
}
