import { createHash, randomBytes } from 'node:crypto'

/** 256 bits, so that a plain hash is enough to store it by. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * What is stored instead of a secret. Looking a row up by it leaks nothing: the time of the index's comparison depends on
 * the hash, which nobody can steer towards a stored one.
 */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}
