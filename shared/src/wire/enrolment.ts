import { z } from 'zod'
import { AllowedNetworks, EpochMs, SiteIdentity, Slug, Title } from '../model/index.ts'

/** Raw 32-byte Ed25519 public key (RFC 8032) in base64url. */
export const Ed25519PublicKey = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
export const Ed25519Signature = z.string().regex(/^[A-Za-z0-9_-]{86}$/)
export const Sha256Hex = z.string().regex(/^[0-9a-f]{64}$/)

/**
 * What an enrolment token carries. `ca` is the SHA-256 of the hub CA's DER, or null where the hub has a publicly
 * trusted certificate; `hubKey` is the hub's identity beyond TLS. Single use, 15 minutes.
 */
export const EnrolmentTicket = z.object({
  v: z.literal(1),
  url: z.url({ protocol: /^https$/ }).max(300),
  secret: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  hubKey: Ed25519PublicKey,
  ca: Sha256Hex.nullable(),
  expiresAt: EpochMs,
})
export type EnrolmentTicket = z.infer<typeof EnrolmentTicket>

const tokenPrefix = 'steward-enrol-'

/** One word to copy: a prefix and the ticket in base64url. */
export function encodeEnrolmentToken(ticket: EnrolmentTicket): string {
  return tokenPrefix + Buffer.from(JSON.stringify(ticket)).toString('base64url')
}

/** The ticket in a token, or null when it is not one (cut off, mistyped). */
export function decodeEnrolmentToken(token: string): EnrolmentTicket | null {
  if (!token.startsWith(tokenPrefix) || token.length > 2000) return null
  try {
    return EnrolmentTicket.parse(JSON.parse(Buffer.from(token.slice(tokenPrefix.length), 'base64url').toString('utf8')))
  } catch {
    return null
  }
}

/** POST enrol. `signature` is the agent's, over `signedText.enrol(...)`: it holds the key that it presents. */
export const EnrolRequest = z.object({
  secret: z.string().max(100),
  agentKey: Ed25519PublicKey,
  name: Title,
  version: z.string().max(40),
  host: z.object({ name: z.string().max(255), platform: z.string().max(40), arch: z.string().max(40) }),
  allow: AllowedNetworks,
  signature: Ed25519Signature,
})
export type EnrolRequest = z.infer<typeof EnrolRequest>

export const EnrolResponse = z.object({ agentId: Slug, site: SiteIdentity, signature: Ed25519Signature })
export type EnrolResponse = z.infer<typeof EnrolResponse>
