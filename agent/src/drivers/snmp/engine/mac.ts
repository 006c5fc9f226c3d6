/**
 * Authentication codes (RFC 3414 sections 6 and 7; SHA-2: RFC 7860): HMAC (RFC 2104) out of two one-shot hashes, since an Hmac
 * object for each message costs more than twice their time and leaves something behind for the garbage collector.
 */
import { hash, timingSafeEqual } from 'node:crypto'

export type AuthProtocol = 'md5' | 'sha' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

type Hash = { name: string; blockBytes: number; digestBytes: number; macBytes: number }

export const hashes: Record<AuthProtocol, Hash> = {
  md5: { name: 'md5', blockBytes: 64, digestBytes: 16, macBytes: 12 },
  sha: { name: 'sha1', blockBytes: 64, digestBytes: 20, macBytes: 12 },
  sha224: { name: 'sha224', blockBytes: 64, digestBytes: 28, macBytes: 16 },
  sha256: { name: 'sha256', blockBytes: 64, digestBytes: 32, macBytes: 24 },
  sha384: { name: 'sha384', blockBytes: 128, digestBytes: 48, macBytes: 32 },
  sha512: { name: 'sha512', blockBytes: 128, digestBytes: 64, macBytes: 48 },
}

/** A key of one engine as HMAC uses it. `outer` has room behind its block for the digest of the inner hash. */
export type AuthKey = Hash & { inner: Buffer; outer: Buffer }

/** `key`: a localised key, never longer than a block. */
export function authKey(protocol: AuthProtocol, key: Buffer): AuthKey {
  const { blockBytes, digestBytes } = hashes[protocol]
  const inner = Buffer.allocUnsafeSlow(blockBytes).fill(0x36)
  const outer = Buffer.allocUnsafeSlow(blockBytes + digestBytes).fill(0x5c)
  for (const [at, byte] of key.entries()) {
    inner[at] = 0x36 ^ byte
    outer[at] = 0x5c ^ byte
  }
  return { ...hashes[protocol], inner, outer }
}

/** Puts the code into `into` at `at`. `message` has the key's inner block in front of it. */
export function sign(key: AuthKey, message: Buffer, into: Buffer, at: number): void {
  into.write(code(key, message), at, key.macBytes, 'latin1')
}

const scratch = Buffer.allocUnsafeSlow(128 + 65_535)
const expected = Buffer.allocUnsafeSlow(64)
const given = Buffer.allocUnsafeSlow(64)

/** Whether the code in a message, `macBytes` of the key at `at`, is that of the message without it. */
export function isSignedBy(key: AuthKey, message: Buffer, at: number): boolean {
  const { blockBytes, macBytes } = key
  const end = blockBytes + message.length
  if (end > scratch.length || at + macBytes > message.length) return false
  scratch.set(key.inner)
  scratch.set(message, blockBytes)
  scratch.copy(given, 0, blockBytes + at, blockBytes + at + macBytes)
  scratch.fill(0, blockBytes + at, blockBytes + at + macBytes)
  expected.fill(0, macBytes)
  given.fill(0, macBytes)
  expected.write(code(key, scratch.subarray(0, end)), 0, macBytes, 'latin1')
  return timingSafeEqual(expected, given)
}

/** One character for each byte: unlike a Buffer nothing outside the heap. */
function code({ name, blockBytes, outer, macBytes }: AuthKey, message: Buffer): string {
  outer.write(hash(name, message, 'binary'), blockBytes, 'latin1')
  return hash(name, outer, 'binary').slice(0, macBytes)
}
