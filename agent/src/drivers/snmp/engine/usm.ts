/**
 * User-based Security Model (RFC 3414; SHA-2: RFC 7860; AES-128: RFC 3826; AES-192/256 as Blumenthal's and Reeder's drafts extend keys).
 * Passwords are hashed once each and localised per engine.
 */
import { createHash } from 'node:crypto'
import { type AuthKey, type AuthProtocol, authKey, hashes } from './mac.ts'
import type { PrivKey, PrivProtocol } from './privacy.ts'

export type UsmUser = {
  name: string
  auth?: { protocol: AuthProtocol; passphrase: string }
  priv?: { protocol: PrivProtocol; passphrase: string }
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
export type LocalKeys = { auth: AuthKey | null; priv: PrivKey | null }

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
  const auth = authKey(protocol, localise(protocol, passwordToKey(protocol, passphrase), engineId))
  if (user.priv === undefined) return { auth, priv: null }
  const base = localise(protocol, passwordToKey(protocol, user.priv.passphrase), engineId)
  const key = extend(base, user.priv.protocol, protocol, engineId)
  return { auth, priv: { protocol: user.priv.protocol, key, blocks: null } }
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
