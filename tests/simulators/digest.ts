/** HTTP Digest (RFC 7616: MD5 and SHA-256, qop auth, stale nonces) and Basic, as devices check them; RTSP does the same. */
import { createHash, randomBytes } from 'node:crypto'

export type Credentials = { user: string; password: string }

export type DigestGuard = {
  /** the WWW-Authenticate headers of a refusal; `authorization` is what came, so that an old nonce is called stale */
  challenge(authorization?: string): string[]
  isAuthorised(authorization: string | undefined, method: string): boolean
}

const realm = 'device'
const nonceLifeMs = 60_000
const mostNonces = 500

type Options = { algorithms?: readonly ('MD5' | 'SHA-256')[]; basic?: boolean }

/** `basic`: whether Basic is taken too, as the web pages of many devices do. */
export function createDigestGuard(credentials: Credentials, options: Options = {}): DigestGuard {
  const { algorithms = ['MD5'], basic = false } = options
  const nonces = new Map<string, number>()
  const isFresh = (nonce: string): boolean => performance.now() - (nonces.get(nonce) ?? -nonceLifeMs) < nonceLifeMs

  const issue = (): string => {
    const [oldest] = nonces.keys()
    if (nonces.size >= mostNonces && oldest !== undefined) nonces.delete(oldest)
    const nonce = randomBytes(16).toString('hex')
    nonces.set(nonce, performance.now())
    return nonce
  }
  const isRight = (header: string, method: string): boolean => {
    const field = fieldsOf(header)
    if (field('username') !== credentials.user || field('realm') !== realm) return false
    const algorithm = field('algorithm').toUpperCase() === 'SHA-256' ? 'sha256' : 'md5'
    const hash = (text: string) => createHash(algorithm).update(text).digest('hex')
    const secret = hash(`${credentials.user}:${realm}:${credentials.password}`)
    const counted = field('qop') === '' ? '' : `:${field('nc')}:${field('cnonce')}:${field('qop')}`
    return field('response') === hash(`${secret}:${field('nonce')}${counted}:${hash(`${method}:${field('uri')}`)}`)
  }
  return {
    challenge(authorization = '') {
      // Right password, old nonce: the client need not ask its user again (RFC 7616, section 3.3).
      const stale =
        authorization.startsWith('Digest ') && !isFresh(fieldsOf(authorization)('nonce')) ? ', stale=true' : ''
      const digest = algorithms.map(
        (it) => `Digest realm="${realm}", qop="auth", algorithm=${it}, nonce="${issue()}"${stale}`,
      )
      return basic ? [...digest, `Basic realm="${realm}"`] : digest
    },
    isAuthorised(authorization = '', method) {
      if (basic && authorization.startsWith('Basic '))
        return (
          Buffer.from(authorization.slice(6), 'base64').toString() === `${credentials.user}:${credentials.password}`
        )
      return (
        authorization.startsWith('Digest ') &&
        isFresh(fieldsOf(authorization)('nonce')) &&
        isRight(authorization, method)
      )
    },
  }
}

function fieldsOf(header: string): (name: string) => string {
  const fields = new Map(
    [...header.slice(0, 4096).matchAll(/([a-z]+)=(?:"([^"]*)"|([^\s,]+))/gi)].map(([, name = '', quoted, token]) => [
      name.toLowerCase(),
      quoted ?? token ?? '',
    ]),
  )
  return (name) => fields.get(name) ?? ''
}
