/** HTTP authentication as a client (RFC 7616 Digest, RFC 7617 Basic), with the challenge kept between requests. */
import { createHash, randomBytes } from 'node:crypto'
import { StewardError } from '@steward/shared/errors'
import type { Limits } from './contract.ts'
import type { HttpClient, HttpRequest, HttpResponse } from './http-client.ts'

export type HttpCredentials = { user: string; password: string }

export type HttpAuth = {
  /** The Authorization header for the next request; null while nobody has asked for one. */
  header(method: string, path: string): string | null
  /**
   * Takes the WWW-Authenticate of a 401. True: ask again with `header`. False: the credentials were refused, or
   * nothing is offered that may be used.
   */
  challenged(wwwAuthenticate: string | string[] | undefined): boolean
  /** The last request was not answered with 401. */
  accepted(): void
  /**
   * Whether the credentials have been taken at least once, where they were asked for (a public page takes any): what is refused
   * from then on is refused to this user.
   */
  isProven(): boolean
}

type DigestChallenge = {
  realm: string
  nonce: string
  algorithm: 'md5' | 'sha256'
  session: boolean
  qop: boolean
  opaque: string | undefined
}

/** `allowBasic`: whether the password may be sent readably when nothing better is offered. */
export function createHttpAuth(credentials: HttpCredentials, allowBasic: boolean): HttpAuth {
  let digest: DigestChallenge | null = null
  let basic = false
  let count = 0
  let sent = false
  let worked = false
  let proven = false
  let path: string | null = null
  let askedAt: string | null = null

  return {
    header(method, nextPath) {
      path = nextPath
      // Until they are proven they go only to where they are asked for, so that a wrong password is not offered at each page.
      sent = (digest !== null || basic) && (proven || askedAt === null || askedAt === path)
      if (!sent) return null
      if (digest !== null) {
        count += 1
        return digestHeader(digest, credentials, method, path, count)
      }
      return basic ? `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}` : null
    },
    challenged(wwwAuthenticate) {
      const challenges = parseChallenges(wwwAuthenticate)
      askedAt = path
      const stale = challenges.some((it) => it.scheme === 'digest' && it.params.stale?.toLowerCase() === 'true')
      // A device gives a nonce out for a while and often does not say that it is stale: after it worked, one more try.
      const mayAsk = !sent || stale || worked
      worked = false
      digest = bestDigest(challenges)
      count = 0
      basic = digest === null && allowBasic && challenges.some((it) => it.scheme === 'basic')
      return mayAsk && (digest !== null || basic)
    },
    accepted() {
      worked = sent
      proven ||= sent && askedAt === path
    },
    isProven: () => proven,
  }
}

/**
 * Sends a request, authenticating when the device asks for it. Throws `driver/refused-credentials` when it still says no,
 * `driver/no-secret` when it asks and there is nothing to give. At most one wrong answer a call, so no account is locked.
 */
export async function sendAuthenticated(
  client: HttpClient,
  auth: HttpAuth | null,
  request: HttpRequest,
  limits: Limits,
): Promise<HttpResponse> {
  for (let attempt = 0; ; attempt += 1) {
    const authorization = auth?.header(request.method, request.path) ?? null
    const headers = { ...request.headers, ...(authorization === null ? {} : { authorization }) }
    const response = await client.send({ ...request, headers }, limits)
    if (response.status !== 401) {
      auth?.accepted()
      return response
    }
    if (auth === null)
      throw new StewardError('driver/no-secret', `${client.where} asks for a user and password; set them at the agent`)
    if (!auth.challenged(response.headers['www-authenticate']) || attempt >= 2)
      throw new StewardError('driver/refused-credentials', `${client.where} refuses the user or password`)
  }
}

type Challenge = { scheme: string; params: Record<string, string> }

/**
 * RFC 9110 section 11.6.1. One header may hold several challenges; quoted commas are the difficulty. A quoted text is limited, so
 * that the end of one that has none is not sought again and again.
 */
export function parseChallenges(header: string | string[] | undefined): Challenge[] {
  const text = (Array.isArray(header) ? header.join(', ') : (header ?? '')).slice(0, 8192)
  const challenges: Challenge[] = []
  const pattern = /([A-Za-z][\w-]*)(?:\s*=\s*(?:"((?:[^"\\]|\\.){0,1000})"|([^\s,"]+)))?/g
  for (const [, word = '', quoted, token] of text.matchAll(pattern)) {
    const value = quoted?.replace(/\\(.)/g, '$1') ?? token
    const last = challenges.at(-1)
    if (value === undefined) challenges.push({ scheme: word.toLowerCase(), params: {} })
    else if (last !== undefined) last.params[word.toLowerCase()] = value
  }
  return challenges
}

function bestDigest(challenges: readonly Challenge[]): DigestChallenge | null {
  const usable = challenges.flatMap(({ scheme, params }) => {
    const [, name, session] = /^(md5|sha-256)(-sess)?$/.exec((params.algorithm ?? 'MD5').toLowerCase()) ?? []
    if (scheme !== 'digest' || name === undefined || params.nonce === undefined) return []
    const qops = params.qop?.split(/[\s,]+/) ?? []
    if (qops.length > 0 && !qops.includes('auth')) return []
    return [
      {
        realm: params.realm ?? '',
        nonce: params.nonce,
        algorithm: name === 'md5' ? ('md5' as const) : ('sha256' as const),
        session: session !== undefined,
        qop: qops.length > 0,
        opaque: params.opaque,
      },
    ]
  })
  return usable.find((it) => it.algorithm === 'sha256') ?? usable[0] ?? null
}

function digestHeader(
  it: DigestChallenge,
  { user, password }: HttpCredentials,
  method: string,
  path: string,
  count: number,
): string {
  const hash = (text: string) => createHash(it.algorithm).update(text).digest('hex')
  const cnonce = randomBytes(8).toString('hex')
  const nc = count.toString(16).padStart(8, '0')
  const base = hash(`${user}:${it.realm}:${password}`)
  const a1 = it.session ? hash(`${base}:${it.nonce}:${cnonce}`) : base
  const a2 = hash(`${method}:${path}`)
  const response = hash(it.qop ? `${a1}:${it.nonce}:${nc}:${cnonce}:auth:${a2}` : `${a1}:${it.nonce}:${a2}`)
  const quote = (text: string) => `"${text.replace(/["\\]/g, '\\$&').replace(/[\r\n]/g, '')}"`
  return [
    `Digest username=${quote(user)}`,
    `realm=${quote(it.realm)}`,
    `nonce=${quote(it.nonce)}`,
    `uri=${quote(path)}`,
    `algorithm=${it.algorithm === 'md5' ? 'MD5' : 'SHA-256'}${it.session ? '-sess' : ''}`,
    `response="${response}"`,
    ...(it.qop ? [`qop=auth, nc=${nc}, cnonce="${cnonce}"`] : it.session ? [`cnonce="${cnonce}"`] : []),
    ...(it.opaque === undefined ? [] : [`opaque=${quote(it.opaque)}`]),
  ].join(', ')
}
