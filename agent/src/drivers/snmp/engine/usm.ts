/**
 * User-based Security Model (RFC 3414; SHA-2: RFC 7860; AES-128: RFC 3826; AES-192/256 as Blumenthal's and Reeder's drafts extend keys).
 * Passwords are hashed once each and localised per engine; keys are kept as KeyObjects, never as text.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { BerError } from './ber.ts'

export type AuthProtocol = 'md5' | 'sha' | 'sha224' | 'sha256' | 'sha384' | 'sha512'
export type PrivProtocol = 'des' | 'aes' | 'aes192b' | 'aes192r' | 'aes256b' | 'aes256r'

export type UsmUser = {
  name: string
  auth?: { protocol: AuthProtocol; passphrase: string }
  priv?: { protocol: PrivProtocol; passphrase: string }
}

const hashes: Record<AuthProtocol, { name: string; macBytes: number }> = {
  md5: { name: 'md5', macBytes: 12 },
  sha: { name: 'sha1', macBytes: 12 },
  sha224: { name: 'sha224', macBytes: 16 },
  sha256: { name: 'sha256', macBytes: 24 },
  sha384: { name: 'sha384', macBytes: 32 },
  sha512: { name: 'sha512', macBytes: 48 },
}

export function macBytes(protocol: AuthProtocol): number {
  return hashes[protocol].macBytes
}

const passwordKeys = new Map<string, Buffer>()

/** RFC 3414 appendix A.2: the hash over 1 MiB of the repeated password; about 1 ms, so done once per password. */
function passwordToKey(protocol: AuthProtocol, passphrase: string): Buffer {
  // The map's key is itself a hash, so that no password is kept in the heap longer than its configuration is.
  const id = `${protocol}:${createHash('sha256').update(passphrase).digest('base64')}`
  const known = passwordKeys.get(id)
  if (known !== undefined) return known
  const password = Buffer.from(passphrase, 'utf8')
  const block = Buffer.alloc(1_048_576)
  for (let at = 0; at < block.length; at += password.length) password.copy(block, at)
  const key = createHash(hashes[protocol].name).update(block).digest()
  if (passwordKeys.size >= 10_000) passwordKeys.clear()
  passwordKeys.set(id, key)
  return key
}

function localise(protocol: AuthProtocol, key: Buffer, engineId: Buffer): Buffer {
  return createHash(hashes[protocol].name).update(key).update(engineId).update(key).digest()
}

/** Keys of one user at one engine. */
export type LocalKeys = { auth: KeyObject | null; priv: { key: Buffer; protocol: PrivProtocol } | null }

const privKeyBytes: Record<PrivProtocol, number> = {
  des: 16,
  aes: 16,
  aes192b: 24,
  aes192r: 24,
  aes256b: 32,
  aes256r: 32,
}

export function localKeys(user: UsmUser, engineId: Buffer): LocalKeys {
  if (user.auth === undefined) return { auth: null, priv: null }
  const { protocol, passphrase } = user.auth
  const auth = createSecretKey(localise(protocol, passwordToKey(protocol, passphrase), engineId))
  if (user.priv === undefined) return { auth, priv: null }
  const base = localise(protocol, passwordToKey(protocol, user.priv.passphrase), engineId)
  return { auth, priv: { protocol: user.priv.protocol, key: extend(base, user.priv.protocol, protocol, engineId) } }
}

function extend(base: Buffer, priv: PrivProtocol, auth: AuthProtocol, engineId: Buffer): Buffer {
  const wanted = privKeyBytes[priv]
  let key = base
  let last = base
  while (key.length < wanted) {
    // Reeder: localise the key's own password-to-key again; Blumenthal: hash what is there.
    last = priv.endsWith('r')
      ? localise(auth, passwordToKeyBytes(auth, last), engineId)
      : createHash(hashes[auth].name).update(key).digest()
    key = Buffer.concat([key, last])
  }
  return key.subarray(0, wanted)
}

function passwordToKeyBytes(protocol: AuthProtocol, bytes: Buffer): Buffer {
  const block = Buffer.alloc(1_048_576)
  for (let at = 0; at < block.length; at += bytes.length) bytes.copy(block, at)
  return createHash(hashes[protocol].name).update(block).digest()
}

export function mac(protocol: AuthProtocol, key: KeyObject, message: Buffer): Buffer {
  return createHmac(hashes[protocol].name, key).update(message).digest().subarray(0, hashes[protocol].macBytes)
}

let salt = randomBytes(8).readBigUInt64BE()

/** Encrypts a scoped PDU; `parameters` goes into the message in clear (the salt). */
export function encrypt(
  priv: NonNullable<LocalKeys['priv']>,
  boots: number,
  time: number,
  plain: Buffer,
): { data: Buffer; parameters: Buffer } {
  salt = BigInt.asUintN(64, salt + 1n)
  const parameters = Buffer.alloc(8)
  if (priv.protocol === 'des') {
    parameters.writeUInt32BE(boots >>> 0, 0)
    parameters.writeUInt32BE(Number(salt & 0xffff_ffffn), 4)
    const padded = Buffer.concat([plain, Buffer.alloc((8 - (plain.length % 8)) % 8)])
    const cipher = createCipheriv('des-ede3-cbc', desKey(priv.key), desIv(priv.key, parameters)).setAutoPadding(false)
    return { data: Buffer.concat([cipher.update(padded), cipher.final()]), parameters }
  }
  parameters.writeBigUInt64BE(salt)
  const cipher = createCipheriv(aesName(priv.key), priv.key, aesIv(boots, time, parameters))
  return { data: Buffer.concat([cipher.update(plain), cipher.final()]), parameters }
}

export function decrypt(
  priv: NonNullable<LocalKeys['priv']>,
  boots: number,
  time: number,
  parameters: Buffer,
  data: Buffer,
): Buffer {
  if (parameters.length !== 8) throw new BerError('privacy parameters must be 8 bytes')
  if (priv.protocol === 'des') {
    if (data.length % 8 !== 0) throw new BerError('DES data must be whole blocks')
    const decipher = createDecipheriv('des-ede3-cbc', desKey(priv.key), desIv(priv.key, parameters)).setAutoPadding(
      false,
    )
    return Buffer.concat([decipher.update(data), decipher.final()])
  }
  const decipher = createDecipheriv(aesName(priv.key), priv.key, aesIv(boots, time, parameters))
  return Buffer.concat([decipher.update(data), decipher.final()])
}

function aesName(key: Buffer): string {
  return `aes-${key.length * 8}-cfb`
}

function aesIv(boots: number, time: number, parameters: Buffer): Buffer {
  const iv = Buffer.alloc(16)
  iv.writeUInt32BE(boots >>> 0, 0)
  iv.writeUInt32BE(time >>> 0, 4)
  parameters.copy(iv, 8)
  return iv
}

/** OpenSSL 3 keeps single DES in its legacy provider; triple DES with one key thrice is the same function. */
function desKey(key: Buffer): Buffer {
  const one = key.subarray(0, 8)
  return Buffer.concat([one, one, one])
}

function desIv(key: Buffer, parameters: Buffer): Buffer {
  const iv = Buffer.alloc(8)
  for (let i = 0; i < 8; i += 1) iv[i] = (key[8 + i] ?? 0) ^ (parameters[i] ?? 0)
  return iv
}
