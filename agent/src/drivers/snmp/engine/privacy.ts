/** Encryption of scoped PDUs: DES (RFC 3414 section 8), AES in CFB mode (RFC 3826; longer keys as Blumenthal's and Reeder's drafts have them). */
import { type Cipheriv, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { BerError } from './ber.ts'

export type PrivProtocol = 'des' | 'aes' | 'aes192b' | 'aes192r' | 'aes256b' | 'aes256r'

/** `blocks`: AES of single blocks with this key, made when it is first needed. */
export type PrivKey = { key: Buffer; protocol: PrivProtocol; blocks: Cipheriv | null }

const blockBytes = 16
let salt = randomBytes(8).readBigUInt64BE()

/** `parameters` goes into the message in clear (the salt). */
export function encrypt(
  priv: PrivKey,
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
  const cipher = createCipheriv(`aes-${priv.key.length * 8}-cfb`, priv.key, aesIv(boots, time, parameters))
  // A stream cipher holds nothing back for `final`.
  return { data: cipher.update(plain), parameters }
}

/** Throws BerError for what cannot have been encrypted so. */
export function decrypt(priv: PrivKey, boots: number, time: number, parameters: Buffer, data: Buffer): Buffer {
  if (parameters.length !== 8) throw new BerError('privacy parameters must be 8 bytes')
  if (priv.protocol !== 'des') return decryptAes(priv, aesIv(boots, time, parameters), data)
  if (data.length % 8 !== 0) throw new BerError('DES data must be whole blocks')
  const key = desKey(priv.key)
  const decipher = createDecipheriv('des-ede3-cbc', key, desIv(priv.key, parameters)).setAutoPadding(false)
  return Buffer.concat([decipher.update(data), decipher.final()])
}

const scratch = Buffer.allocUnsafeSlow(65_536 + blockBytes)

/**
 * CFB needs AES of the IV and of the encrypted blocks, all known here, so one call with a cipher that is kept does it: a quarter of
 * the time of a decipher made for each message.
 */
function decryptAes(priv: PrivKey, iv: Buffer, data: Buffer): Buffer {
  priv.blocks ??= createCipheriv(`aes-${priv.key.length * 8}-ecb`, priv.key, null).setAutoPadding(false)
  iv.copy(scratch)
  data.copy(scratch, blockBytes)
  const stream = priv.blocks.update(scratch.subarray(0, Math.ceil(data.length / blockBytes) * blockBytes))
  for (let at = 0; at < data.length; at += 1) stream[at] = (stream[at] ?? 0) ^ (data[at] ?? 0)
  return stream.subarray(0, data.length)
}

function aesIv(boots: number, time: number, parameters: Buffer): Buffer {
  const iv = Buffer.alloc(blockBytes)
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
