/** One TLS handshake with whoever is at the address; nothing is refused, everything is told. */
import { once } from 'node:events'
import { checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from 'node:tls'
import { StewardError } from '@steward/shared/errors'
import type { Limits } from '../contract.ts'
import { aborted, networkFailure, timedOut } from '../network-failure.ts'
import { connectTcp, placeOf } from '../tcp-connect.ts'

export type Handshake = {
  tookMs: number
  /** as in `TLSv1.3` */
  protocol: string
  certificate: PeerCertificate
  /** whether this machine's trusted authorities vouch for the chain: `ok`, or why not */
  chain: string
  /** whether the certificate is for the name or address that was asked */
  name: 'ok' | 'other-name'
}

/** Throws StewardError. `serverName` is sent (RFC 6066, section 3) and compared; without it the address is compared. */
export async function shakeHands(
  at: { address: string; port: number; serverName: string | undefined },
  limits: Limits,
): Promise<Handshake> {
  const where = placeOf(at.address, at.port)
  const startedMs = performance.now()
  const socket = await connectTcp(at.address, at.port, limits)
  const secure = connect({
    socket,
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    // What is old is told, so it has to be understood: devices of 2008 speak TLS 1.0 with short keys.
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT@SECLEVEL=0',
    ...(at.serverName === undefined ? {} : { servername: at.serverName }),
  })
  secure.on('error', () => undefined)
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), Math.max(1, limits.timeoutMs - (performance.now() - startedMs)))
  try {
    await once(secure, 'secureConnect', { signal: AbortSignal.any([limits.signal, late.signal]) })
    return { ...toldBy(secure, at, where), tookMs: performance.now() - startedMs }
  } catch (error) {
    if (limits.signal.aborted) throw aborted(where)
    throw late.signal.aborted ? timedOut(where, limits.timeoutMs) : handshakeFailure(error, where)
  } finally {
    clearTimeout(timer)
    secure.destroy()
    socket.destroy()
  }
}

function toldBy(
  secure: TLSSocket,
  at: { address: string; serverName: string | undefined },
  where: string,
): Omit<Handshake, 'tookMs'> {
  const certificate = secure.getPeerCertificate()
  if (certificate.valid_to === undefined) throw new StewardError('driver/protocol', `${where} shows no certificate`)
  const isNamed = checkServerIdentity(at.serverName ?? at.address, certificate) === undefined
  return {
    protocol: secure.getProtocol() ?? '',
    certificate,
    chain: secure.authorized ? 'ok' : wordOf(secure.authorizationError),
    name: isNamed ? 'ok' : 'other-name',
  }
}

/** OpenSSL's own reason in place of its message, which tells files and lines of OpenSSL. */
function handshakeFailure(error: unknown, where: string): StewardError {
  if (!(error instanceof Error && 'reason' in error && typeof error.reason === 'string'))
    return networkFailure(error, where)
  const text = `${where} speaks no TLS, or none that is understood here (${error.reason}); is the port right?`
  return new StewardError('driver/protocol', text, { cause: error })
}

/** `SELF_SIGNED_CERT_IN_CHAIN` as `self-signed-cert-in-chain`; Node gives the bare word although its types say an error. */
function wordOf(reason: unknown): string {
  const text = reason instanceof Error && 'code' in reason ? String(reason.code) : String(reason)
  return text.toLowerCase().replaceAll('_', '-').slice(0, 60)
}
