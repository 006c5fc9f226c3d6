import { z } from 'zod'
import { EpochMs, Slug } from '../model/index.ts'
import { Ed25519Signature } from './enrolment.ts'

export const Nonce = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

/** POST challenge: the hub proves its identity key over the agent's nonce and gives one of its own (one minute). */
export const ChallengeRequest = z.object({ agentId: Slug, nonce: Nonce })
export const ChallengeResponse = z.object({ nonce: Nonce, signature: Ed25519Signature })

/** POST token: the agent proves its key over the hub's nonce and gets a bearer token of an hour. */
export const TokenRequest = z.object({ agentId: Slug, nonce: Nonce, signature: Ed25519Signature })
export const TokenResponse = z.object({ token: z.string().max(2000), expiresAt: EpochMs })

/**
 * What is signed (Ed25519), as UTF-8 text. The purpose stands first and ends in a zero byte, so that a signature
 * given for one purpose never serves another.
 */
export const signedText = {
  /** by the agent: it wants to be known by this key */
  enrol: (it: { secret: string; agentKey: string }) => `steward/enrol/1\0${it.secret}\0${it.agentKey}`,
  /** by the hub: it knows this key under this id */
  enrolled: (it: { agentId: string; agentKey: string }) => `steward/enrolled/1\0${it.agentId}\0${it.agentKey}`,
  /** by the hub: it is the one that was pinned */
  hub: (it: { agentId: string; agentNonce: string; hubNonce: string }) =>
    `steward/hub/1\0${it.agentId}\0${it.agentNonce}\0${it.hubNonce}`,
  /** by the agent: it is the one that was enrolled */
  agent: (it: { agentId: string; hubNonce: string }) => `steward/agent/1\0${it.agentId}\0${it.hubNonce}`,
} as const
