import { createHash, X509Certificate } from 'node:crypto'
import { request } from 'node:https'
import { type DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { StewardError } from '@steward/shared/errors'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { connectionError } from './trust.ts'

const timeoutMs = 15_000
const longestChain = 10

/**
 * The CA with this SHA-256 fingerprint (hex, of its DER) in the chain that the hub presents, as PEM. Nothing secret is
 * sent: one request for the hub's health. Throws `fleet/hub-not-trusted` when no certificate of the chain is the one.
 */
export async function fetchPinnedCa(url: string, fingerprint: string, proxy: string | null): Promise<string> {
  const chain = await presentedChain(url, proxy)
  const pinned = chain.find((it) => createHash('sha256').update(it).digest('hex') === fingerprint)
  if (pinned === undefined) {
    const advice = 'nothing was sent to it; check the address, or whether somebody is in between'
    throw new StewardError(
      'fleet/hub-not-trusted',
      `${url} does not present the certificate that the token names; ${advice}.`,
    )
  }
  const certificate = new X509Certificate(pinned)
  if (certificate.ca) return certificate.toString()
  throw new StewardError(
    'fleet/hub-not-trusted',
    `The certificate that the token names is no CA; make a new token at the hub.`,
  )
}

/** DER of each certificate that the hub presents, its own first. They are not trusted yet. */
function presentedChain(url: string, proxy: string | null): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL('/healthz', url), {
      method: 'GET',
      // Only to look: what is found is compared with the fingerprint in the token, and nothing else is believed.
      rejectUnauthorized: false,
      signal: AbortSignal.timeout(timeoutMs),
      ...(proxy === null ? { agent: false } : { agent: new HttpsProxyAgent(proxy) }),
    })
    asked.once('response', (answer) => {
      const { socket } = answer
      const chain = socket instanceof TLSSocket ? certificatesOf(socket.getPeerCertificate(true)) : []
      asked.destroy()
      resolve(chain)
    })
    asked.on('error', (error) => {
      const isTimeout = error.cause instanceof Error && error.cause.name === 'TimeoutError'
      reject(connectionError(isTimeout ? Object.assign(new Error('time-out'), { code: 'ETIMEDOUT' }) : error, url))
    })
    asked.end()
  })
}

function certificatesOf(first: DetailedPeerCertificate): Buffer[] {
  const chain: Buffer[] = []
  for (let it = first; it?.raw !== undefined && chain.length < longestChain; it = it.issuerCertificate) {
    chain.push(it.raw)
    // A root names itself as its issuer.
    if (it.issuerCertificate === it) break
  }
  return chain
}
