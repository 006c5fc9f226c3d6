import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createHttpAuth, parseChallenges } from './http-auth.ts'

const credentials = { user: 'Mufasa', password: 'Circle of Life' }
const nonce = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v'
const challenge = (rest = '') => `Digest realm="http-auth@example.org", qop="auth, auth-int", nonce="${nonce}"${rest}`

function field(header: string | null, name: string): string {
  return new RegExp(`(?:^|[ ,])${name}="?([^",]*)"?`).exec(header ?? '')?.[1] ?? ''
}

/** The response that RFC 7616 section 3.4.1 defines, computed apart from the code under test. */
function expectedResponse(header: string | null, method: string, algorithm: 'md5' | 'sha256'): string {
  const hash = (text: string) => createHash(algorithm).update(text).digest('hex')
  const a1 = hash(`${credentials.user}:http-auth@example.org:${credentials.password}`)
  const middle = `${nonce}:${field(header, 'nc')}:${field(header, 'cnonce')}:auth`
  return hash(`${a1}:${middle}:${hash(`${method}:${field(header, 'uri')}`)}`)
}

describe('challenges', () => {
  test('several in one header are told apart, commas in quotes and all', () => {
    const parsed = parseChallenges('Basic realm="a, b", Digest realm="c", nonce="d=", qop="auth,auth-int", stale=FALSE')
    expect(parsed.map((it) => it.scheme)).toEqual(['basic', 'digest'])
    expect(parsed[1]?.params).toEqual({ realm: 'c', nonce: 'd=', qop: 'auth,auth-int', stale: 'FALSE' })
  })

  test('whatever is written there is no error', () => {
    for (const it of [undefined, '', ',,,', 'Digest', 'Digest nonce', '"', 'x'.repeat(100_000)]) parseChallenges(it)
  })
})

describe('digest', () => {
  test.each([
    ['MD5', 'md5'],
    ['SHA-256', 'sha256'],
  ] as const)('answers %s as RFC 7616 says, counting up', (name, algorithm) => {
    const auth = createHttpAuth(credentials, false)
    expect(auth.header('GET', '/dir/index.html')).toBeNull()
    expect(auth.challenged(challenge(`, algorithm=${name}`))).toBe(true)
    for (const count of ['00000001', '00000002']) {
      const header = auth.header('GET', '/dir/index.html')
      expect(field(header, 'nc')).toBe(count)
      expect(field(header, 'response')).toBe(expectedResponse(header, 'GET', algorithm))
    }
  })

  test('takes the stronger of what is offered', () => {
    const auth = createHttpAuth(credentials, true)
    auth.challenged([challenge(', algorithm=MD5'), challenge(', algorithm=SHA-256'), 'Basic realm="x"'])
    expect(field(auth.header('GET', '/'), 'algorithm')).toBe('SHA-256')
  })

  test('refused after it was sent: no second try, so that no account is locked', () => {
    const auth = createHttpAuth(credentials, false)
    auth.challenged(challenge())
    auth.header('GET', '/')
    expect(auth.challenged(challenge())).toBe(false)
  })

  test('a nonce that ran out after it worked, or is said to be stale, is one more try', () => {
    const auth = createHttpAuth(credentials, false)
    auth.challenged(challenge())
    auth.header('GET', '/')
    auth.accepted()
    auth.header('GET', '/')
    expect(auth.challenged(challenge())).toBe(true)
    auth.header('GET', '/')
    expect(auth.challenged(challenge(', stale=true'))).toBe(true)
    auth.header('GET', '/')
    expect(auth.challenged(challenge())).toBe(false)
  })

  test('a user name cannot break out of its quotes', () => {
    const auth = createHttpAuth({ user: 'a", uri="/evil\r\nX: y', password: 'p' }, false)
    auth.challenged(challenge())
    const header = auth.header('GET', '/')
    expect(header).not.toMatch(/[\r\n]/)
    expect(header).toContain('username="a\\", uri=\\"/evilX: y"')
  })
})

test('the password is sent readably only where that is allowed', () => {
  const careful = createHttpAuth(credentials, false)
  expect(careful.challenged('Basic realm="x"')).toBe(false)
  const open = createHttpAuth(credentials, true)
  expect(open.challenged('Basic realm="x"')).toBe(true)
  expect(open.header('GET', '/')).toBe(`Basic ${Buffer.from('Mufasa:Circle of Life').toString('base64')}`)
})

test('a quoted text is sought to its end within limits only', () => {
  const [long, tooLong] = ['n'.repeat(1000), 'n'.repeat(1001)]
  expect(parseChallenges(`Digest nonce="${long}"`)[0]?.params.nonce).toBe(long)
  expect(parseChallenges(`Digest nonce="${tooLong}"`)[0]?.params.nonce).toBeUndefined()
  expect(parseChallenges(`Digest ${'a="'.repeat(2000)}`).length).toBeGreaterThan(0)
})
