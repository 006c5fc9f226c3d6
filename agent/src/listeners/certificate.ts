/** The certificate that syslog over TLS is received with. */
import { webcrypto } from 'node:crypto'
import { join } from 'node:path'
import { readPrivateFile, writePrivateFile } from '../vault/index.ts'
import type { Certificate } from './open-port.ts'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const years = 10
const yearMs = 365.25 * 86_400_000

/** The files `syslog-key.pem` and `syslog.pem` in the data folder: an administrator's, or a self-signed one made here. */
export async function syslogCertificate(dataDir: string, name: string, nowMs: number): Promise<Certificate> {
  const files = { key: join(dataDir, 'syslog-key.pem'), cert: join(dataDir, 'syslog.pem') }
  const kept = { key: readPrivateFile(files.key), cert: readPrivateFile(files.cert) }
  if (kept.key !== null && kept.cert !== null) return { key: kept.key, cert: kept.cert }
  const made = await selfSigned(name, nowMs)
  writePrivateFile(files.key, made.key)
  writePrivateFile(files.cert, made.cert)
  return made
}

async function selfSigned(name: string, nowMs: number): Promise<Certificate> {
  // Only who listens with TLS needs it in memory.
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  x509.cryptoProvider.set(webcrypto)
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name.slice(0, 64)] }],
    notBefore: new Date(nowMs - 86_400_000),
    notAfter: new Date(nowMs + years * yearMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new x509.BasicConstraintsExtension(false), new x509.ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1'])],
  })
  return {
    key: x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'),
    cert: certificate.toString('pem'),
  }
}
