/** The user-based security model (RFC 3414; AES: RFC 3826; SHA-2: RFC 7860) from the side that is asked. */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

export const authProtocols = {
  sha: { hash: 'sha1', macBytes: 12 },
  sha256: { hash: 'sha256', macBytes: 24 },
  sha512: { hash: 'sha512', macBytes: 48 },
} as const
export type AuthProtocol = keyof typeof authProtocols

export type UsmUser = { name: string; protocol: AuthProtocol; authKey: Buffer; privKey: Buffer }

/** A pass phrase to a key of one engine (RFC 3414, appendix A.2). */
function localKey(protocol: AuthProtocol, passphrase: string, engineId: Buffer): Buffer {
  const { hash } = authProtocols[protocol]
  const long = createHash(hash).update(Buffer.alloc(1_048_576, passphrase)).digest()
  return createHash(hash).update(long).update(engineId).update(long).digest()
}

export function createUser(
  { user, protocol, auth, priv }: { user: string; protocol: AuthProtocol; auth: string; priv: string },
  engineId: Buffer,
): UsmUser {
  return {
    name: user,
    protocol,
    authKey: localKey(protocol, auth, engineId),
    privKey: localKey(protocol, priv, engineId).subarray(0, 16),
  }
}

/** The code over a whole message in which its own place is zero. */
export function macOf(user: UsmUser, message: Buffer): Buffer {
  const { hash, macBytes } = authProtocols[user.protocol]
  return createHmac(hash, user.authKey).update(message).digest().subarray(0, macBytes)
}

/** `at` is where the code stands in the message. */
export function isAuthentic(user: UsmUser, message: Buffer, at: number, length: number): boolean {
  if (length !== authProtocols[user.protocol].macBytes) return false
  const given = Buffer.from(message.subarray(at, at + length))
  const blank = Buffer.from(message)
  blank.fill(0, at, at + length)
  return timingSafeEqual(given, macOf(user, blank))
}

export type EngineClock = { boots: number; time: number }

function iv({ boots, time }: EngineClock, salt: Buffer): Buffer {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt32BE(boots, 0)
  bytes.writeUInt32BE(time, 4)
  salt.copy(bytes, 8)
  return bytes
}

export function encrypt(user: UsmUser, clock: EngineClock, plain: Buffer): { salt: Buffer; data: Buffer } {
  const salt = randomBytes(8)
  const cipher = createCipheriv('aes-128-cfb', user.privKey, iv(clock, salt))
  return { salt, data: Buffer.concat([cipher.update(plain), cipher.final()]) }
}

export function decrypt(user: UsmUser, clock: EngineClock, salt: Buffer, data: Buffer): Buffer {
  const decipher = createDecipheriv('aes-128-cfb', user.privKey, iv(clock, salt))
  return Buffer.concat([decipher.update(data), decipher.final()])
}
