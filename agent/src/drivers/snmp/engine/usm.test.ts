import { createDecipheriv, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AuthProtocol, authKey, hashes, isSignedBy, sign } from './mac.ts'
import { decrypt, encrypt, type PrivProtocol } from './privacy.ts'

const bytes = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength }).map((it) => Buffer.from(it))
const authProtocols: AuthProtocol[] = ['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512']

describe.each(authProtocols)('authentication by %s', (protocol) => {
  const { name, digestBytes, macBytes } = hashes[protocol]

  test('is the HMAC of the message, cut', () => {
    fc.assert(
      fc.property(bytes(digestBytes, digestBytes), bytes(0, 600), (key, message) => {
        const own = authKey(protocol, key)
        const code = Buffer.alloc(macBytes + 2)
        sign(own, Buffer.concat([own.inner, message]), code, 1)
        const wanted = createHmac(name, key).update(message).digest().subarray(0, macBytes)
        expect(code.toString('hex')).toBe(`00${wanted.toString('hex')}00`)
      }),
    )
  })

  test('takes what was signed, and nothing else', () => {
    fc.assert(
      fc.property(
        bytes(digestBytes, digestBytes),
        bytes(macBytes, 300),
        fc.nat(),
        fc.nat(7),
        (key, message, n, bit) => {
          const own = authKey(protocol, key)
          const at = n % (message.length - macBytes + 1)
          message.fill(0, at, at + macBytes)
          sign(own, Buffer.concat([own.inner, message]), message, at)
          expect(isSignedBy(own, message, at)).toBe(true)
          const place = n % message.length
          message[place] = (message[place] ?? 0) ^ (1 << bit)
          expect(isSignedBy(own, message, at)).toBe(false)
          expect(isSignedBy(own, message, message.length)).toBe(false)
        },
      ),
    )
  })
})

const privProtocols: [PrivProtocol, number][] = [
  ['des', 16],
  ['aes', 16],
  ['aes192b', 24],
  ['aes256r', 32],
]

describe.each(privProtocols)('privacy by %s', (protocol, keyBytes) => {
  const place = [fc.nat(2 ** 31 - 1), fc.nat(2 ** 31 - 1)] as const

  test('comes back, whatever was decrypted before it', () => {
    fc.assert(
      fc.property(
        bytes(keyBytes, keyBytes),
        fc.array(bytes(1, 200), { minLength: 1 }),
        ...place,
        (key, all, boots, time) => {
          const priv = { key, protocol, blocks: null }
          for (const plain of all) {
            const { data, parameters } = encrypt(priv, boots, time, plain)
            expect(decrypt(priv, boots, time, parameters, data).subarray(0, plain.length).equals(plain)).toBe(true)
          }
        },
      ),
    )
  })

  if (protocol === 'des') return

  test('is AES in the CFB mode of 128 bits', () => {
    fc.assert(
      fc.property(
        bytes(keyBytes, keyBytes),
        bytes(0, 200),
        bytes(8, 8),
        ...place,
        (key, data, parameters, boots, time) => {
          const iv = Buffer.alloc(16)
          iv.writeUInt32BE(boots, 0)
          iv.writeUInt32BE(time, 4)
          parameters.copy(iv, 8)
          const plain = createDecipheriv(`aes-${keyBytes * 8}-cfb`, key, iv).update(data)
          expect(decrypt({ key, protocol, blocks: null }, boots, time, parameters, data).equals(plain)).toBe(true)
        },
      ),
    )
  })
})
