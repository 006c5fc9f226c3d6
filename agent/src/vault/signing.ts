import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { z } from 'zod'

const PublicJwk = z.object({ x: z.string() })

/** A new Ed25519 key (RFC 8032) as PKCS #8 PEM. */
export function makeAgentKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** The raw public key of a private key in PEM, in base64url, as the wire writes it. */
export function publicKeyOf(privateKeyPem: string): string {
  return PublicJwk.parse(createPublicKey(createPrivateKey(privateKeyPem)).export({ format: 'jwk' })).x
}

export function signText(privateKeyPem: string, text: string): string {
  return sign(null, Buffer.from(text, 'utf8'), createPrivateKey(privateKeyPem)).toString('base64url')
}

/** Whether `signature` is the key's over this text. A key or signature of the wrong shape is a no, not an error. */
export function verifyText(publicKey: string, text: string, signature: string): boolean {
  try {
    return verify(null, Buffer.from(text, 'utf8'), keyFromRaw(publicKey), Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}

function keyFromRaw(publicKey: string): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })
}
