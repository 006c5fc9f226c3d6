import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StewardError } from '@steward/shared/errors'
import { z } from 'zod'
import { writePrivateFile } from '../db/index.ts'

const PublicJwk = z.object({ x: z.string() })
const PrivateJwk = z.object({ d: z.string() })

/** The hub's identity beyond TLS: agents pin it when they are enrolled. */
export type HubKey = {
  /** raw Ed25519 public key (RFC 8032) in base64url */
  publicKey: string
  sign(text: string): string
  /** A secret of 32 bytes for one purpose, the same after every start and on every node that has this key. */
  secretFor(purpose: string): Buffer
}

const fileName = 'hub-key.pem'

/** Loads the key from the data folder, or makes it. */
export function loadHubKey(dataDir: string): HubKey {
  const file = join(dataDir, fileName)
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync('ed25519')
    writePrivateFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  }
  return hubKeyOf(readKey(file))
}

function readKey(file: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(file, 'utf8'))
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch (error) {
    throw damaged(file, error)
  }
  throw damaged(file, undefined)
}

function damaged(file: string, cause: unknown): StewardError {
  return new StewardError('system/data-folder', `${file} is damaged; restore it from a backup.`, { cause })
}

function hubKeyOf(privateKey: KeyObject): HubKey {
  const seed = Buffer.from(PrivateJwk.parse(privateKey.export({ format: 'jwk' })).d, 'base64url')
  return {
    publicKey: PublicJwk.parse(createPublicKey(privateKey).export({ format: 'jwk' })).x,
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), privateKey).toString('base64url'),
    secretFor: (purpose) => Buffer.from(hkdfSync('sha256', seed, '', `steward/hub-secret/${purpose}`, 32)),
  }
}

/** Whether `signature` is this agent's over the text. A key or signature of the wrong shape is a no, not an error. */
export function isSignedBy(agentKey: string, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: agentKey }, format: 'jwk' })
    return verify(null, Buffer.from(text, 'utf8'), key, Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}
