/** What is taken out of HTTP answers: JSON values, and what is asked for to log in. */

import { createHttpAuth, parseChallenges } from '../../../agent/src/drivers/http-auth.ts'
import { bytes, type Decoder } from '../decoder.ts'

export const challenge: Decoder = {
  corpus: bytes(
    'Digest realm="a, b", nonce="c\\"d", qop="auth,auth-int", algorithm=MD5, opaque="e", stale=false, Basic realm="f"',
    'Digest algorithm=SHA-256-sess, realm="", nonce="1", qop=auth',
    'Basic realm="Login"',
  ),
  tokens: bytes('"', '\\', ',', '=', ' ', 'Digest', 'qop=', 'nonce=""', 'algorithm=MD5-sess', '\r\n', '__proto__='),
  nests: [
    [Buffer.from('\\"'), Buffer.alloc(0)],
    [Buffer.from('a="'), Buffer.alloc(0)],
    [Buffer.from('a '), Buffer.alloc(0)],
  ],
  isRefusal: () => false,
  open: () => ({
    decode(message) {
      const text = message.toString('latin1')
      const auth = createHttpAuth({ user: 'u"', password: 'p' }, true)
      auth.challenged(text)
      const header = auth.header('GET', '/a') ?? ''
      if (/[\r\n]/.test(header)) throw new Error('a line end in a header')
      return parseChallenges(text).length === 0 ? null : header
    },
  }),
}
