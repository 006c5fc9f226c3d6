import { checkServerIdentity, getCACertificates, type PeerCertificate } from 'node:tls'
import { StewardError } from '@steward/shared/errors'

/** How the hub is reached and known: `ca` is the pinned CA in PEM, null for a publicly trusted certificate. */
export type HubAddress = { url: string; ca: string | null; proxy: string | null }

export type TlsOptions = {
  ca: string[]
  minVersion: 'TLSv1.2'
  checkServerIdentity: (host: string, certificate: PeerCertificate) => Error | undefined
}

/**
 * TLS towards the hub: only the pinned CA, or the well-known ones and the system's; always the name in the hub's own
 * address, also through a proxy.
 */
export function tlsOptions({ url, ca }: Pick<HubAddress, 'url' | 'ca'>): TlsOptions {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  return {
    ca: ca === null ? [...getCACertificates('default'), ...getCACertificates('system')] : [ca],
    minVersion: 'TLSv1.2',
    checkServerIdentity: (_host, certificate) => checkServerIdentity(host, certificate),
  }
}

const untrusted = /^(UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|CERT_|ERR_TLS|HOSTNAME_MISMATCH)/

/** A failed connection to the hub as one line: not trusted, or not reached and why. */
export function connectionError(error: unknown, url: string): StewardError {
  if (error instanceof StewardError) return error
  const first = error instanceof AggregateError ? error.errors[0] : error
  const code = first instanceof Error && 'code' in first && typeof first.code === 'string' ? first.code : ''
  if (untrusted.test(code)) {
    const advice = 'somebody may be in between, or the hub was set up anew: then enrol again'
    return new StewardError(
      'fleet/hub-not-trusted',
      `The certificate of ${url} is not the pinned one (${code}); ${advice}.`,
      {
        cause: error,
      },
    )
  }
  const why = reasons[code] ?? (code || (first instanceof Error ? first.message : String(first)))
  return new StewardError('uplink/unreachable', `The hub at ${url} cannot be reached: ${why}.`, { cause: error })
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ENOTFOUND: 'its name is not known (DNS)',
  EAI_AGAIN: 'the DNS server does not answer',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'no route to it',
  ENETUNREACH: 'this machine has no network',
  ECONNRESET: 'the connection was cut',
  EPROTO: 'it does not speak TLS',
}
