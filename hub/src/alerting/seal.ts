import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { StewardError } from '@steward/shared/errors'
import type { z } from 'zod'

/** Keeps JSON encrypted; `purpose` is bound in, so that what was sealed for one place cannot be put into another. */
export type Seal = {
  close(purpose: string, value: unknown): string
  /** Throws `system/internal` when the key is another one or the text was changed. */
  open<Schema extends z.ZodType>(purpose: string, sealed: string, schema: Schema): z.infer<Schema>
}

const version = 'v1'

/**
 * AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. The key is derived (HKDF-SHA-256, RFC 5869) from the hub's
 * secret, so that this use of it cannot touch another.
 */
export function createSeal(hubSecret: Uint8Array): Seal {
  const key = Buffer.from(hkdfSync('sha256', hubSecret, '', 'steward/alerting/1', 32))
  return {
    close(purpose, value) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose))
      const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()])
      return [version, Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url')].join('.')
    },
    open(purpose, sealed, schema) {
      const [head, body = ''] = sealed.split('.')
      const bytes = Buffer.from(body, 'base64url')
      try {
        if (head !== version) throw new Error('unknown version')
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
        decipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(12, 28))
        const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
        return schema.parse(JSON.parse(text.toString('utf8')))
      } catch (cause) {
        const hint = 'enter it anew, or restore the data folder together with its keys'
        throw new StewardError('system/internal', `A stored secret (${purpose}) cannot be opened; ${hint}.`, { cause })
      }
    },
  }
}
