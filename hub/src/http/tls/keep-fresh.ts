import type { FastifyBaseLogger } from 'fastify'
import type { ServerCertificate } from './authority.ts'

const lookEveryMs = 6 * 3_600_000

/**
 * Looks now and then whether there is a newer certificate, and serves it from the next connection on: a hub runs longer
 * than a certificate lasts. Gives the function that ends it.
 */
export function keepCertificateFresh(
  server: { setSecureContext(options: { key: string; cert: string }): void },
  it: { current: ServerCertificate; load: () => Promise<ServerCertificate>; log: FastifyBaseLogger },
): () => void {
  let { current } = it
  const look = async (): Promise<void> => {
    const now = await it.load()
    if (now.cert === current.cert) return
    server.setSecureContext({ key: now.key, cert: now.cert })
    current = now
    it.log.info('a renewed certificate is served from now on')
  }
  const timer = setInterval(() => {
    look().catch((error: unknown) => it.log.error({ err: error }, 'the certificate cannot be renewed'))
  }, lookEveryMs)
  return () => clearInterval(timer)
}
