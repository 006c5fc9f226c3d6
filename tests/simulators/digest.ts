/** HTTP Digest (RFC 7616, MD5 and SHA-256, qop auth) and Basic, as devices check them. */
import { createHash, randomBytes } from 'node:crypto'

export type Credentials = { user: string; password: string }

const realm = 'device'

export function challenge(algorithm: 'MD5' | 'SHA-256' = 'MD5'): string {
  return `Digest realm="${realm}", qop="auth", algorithm=${algorithm}, nonce="${randomBytes(16).toString('hex')}"`
}

/** Whether an Authorization header fits; the nonce is taken as it comes, since a simulator keeps none. */
export function isAuthorised(header: string | undefined, method: string, credentials: Credentials): boolean {
  if (header === undefined) return false
  if (header.startsWith('Basic ')) {
    return Buffer.from(header.slice(6), 'base64').toString() === `${credentials.user}:${credentials.password}`
  }
  if (!header.startsWith('Digest ')) return false
  const field = (name: string) => new RegExp(`(?:^|[ ,])${name}="?([^",]*)"?`).exec(header.slice(7))?.[1] ?? ''
  if (field('username') !== credentials.user || field('realm') !== realm) return false
  const hash = (text: string) =>
    createHash(field('algorithm').toUpperCase().startsWith('SHA-256') ? 'sha256' : 'md5')
      .update(text)
      .digest('hex')
  const secret = hash(`${credentials.user}:${realm}:${credentials.password}`)
  const target = hash(`${method}:${field('uri')}`)
  const middle =
    field('qop') === '' ? field('nonce') : `${field('nonce')}:${field('nc')}:${field('cnonce')}:${field('qop')}`
  return field('response') === hash(`${secret}:${middle}:${target}`)
}
