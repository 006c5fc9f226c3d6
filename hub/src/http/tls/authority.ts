/** The hub's own certificate authority: made once, kept in the data folder; agents pin its fingerprint. */
import 'reflect-metadata'
import { createHash, createPrivateKey, webcrypto, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'
import { StewardError } from '@steward/shared/errors'
import { writePrivateFile } from '../../db/index.ts'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const dayMs = 86_400_000
const caDays = 7300
/** Browsers take at most 398 days. */
const serverDays = 397
const renewBeforeDays = 30

/** PEM texts. `cert` is the whole chain, the CA last, so that an agent can check its pin before anything else. */
export type ServerCertificate = { key: string; cert: string; ca: string | null }

type KeyedCertificate = { certificate: x509.X509Certificate; keys: webcrypto.CryptoKeyPair; keyPem: string }

/** The certificate to listen with, made or renewed as needed for these names and addresses. */
export async function ownCertificate(
  dataDir: string,
  names: readonly string[],
  now: number,
): Promise<ServerCertificate> {
  const authority = await loadOrMakeAuthority(dataDir, now)
  const files = { key: join(dataDir, 'server-key.pem'), cert: join(dataDir, 'server.pem') }
  const ca = authority.certificate.toString('pem')
  if (existsSync(files.key) && existsSync(files.cert)) {
    const kept = { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8'), ca }
    if (isStillGood(kept, names, now)) return { key: kept.key, cert: `${kept.cert}\n${ca}`, ca }
  }
  const made = await issue(authority, names, now)
  writePrivateFile(files.key, made.keyPem)
  writePrivateFile(files.cert, made.certificate.toString('pem'))
  return { key: made.keyPem, cert: `${made.certificate.toString('pem')}\n${ca}`, ca }
}

/** SHA-256 of the DER of a PEM certificate, in hex: what an enrolment token pins. */
export function fingerprintOf(pem: string): string {
  return createHash('sha256')
    .update(Buffer.from(new x509.X509Certificate(pem).rawData))
    .digest('hex')
}

/** Whether it is ours, its key belongs to it, it lasts, and it is for all these names. */
function isStillGood(it: { cert: string; key: string; ca: string }, names: readonly string[], now: number): boolean {
  try {
    const leaf = new X509Certificate(it.cert)
    const ours = leaf.verify(new X509Certificate(it.ca).publicKey) && leaf.checkPrivateKey(createPrivateKey(it.key))
    const lasts = leaf.validToDate.getTime() - renewBeforeDays * dayMs > now
    return (
      ours && lasts && names.every((name) => (isIP(name) ? leaf.checkIP(name) : leaf.checkHost(name)) !== undefined)
    )
  } catch {
    return false
  }
}

async function loadOrMakeAuthority(dataDir: string, now: number): Promise<KeyedCertificate> {
  const files = { key: join(dataDir, 'ca-key.pem'), cert: join(dataDir, 'ca.pem') }
  if (existsSync(files.key) || existsSync(files.cert)) {
    try {
      return await loadAuthority(files)
    } catch (cause) {
      // A new one would be distrusted by every agent there is, so it is not made by itself.
      const line = `The authority in ${files.cert} and ${files.key} cannot be read; bring both back from a backup.`
      throw new StewardError('system/data-folder', line, { cause })
    }
  }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Steward hub CA',
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(now - dayMs),
    notAfter: new Date(now + caDays * dayMs),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  const keyPem = await pemOf(keys.privateKey)
  writePrivateFile(files.key, keyPem)
  writePrivateFile(files.cert, certificate.toString('pem'))
  return { certificate, keys, keyPem }
}

async function loadAuthority(files: { key: string; cert: string }): Promise<KeyedCertificate> {
  const keyPem = readFileSync(files.key, 'utf8')
  const certificate = new x509.X509Certificate(readFileSync(files.cert, 'utf8'))
  const der = x509.PemConverter.decodeFirst(keyPem)
  const privateKey = await webcrypto.subtle.importKey('pkcs8', der, algorithm, true, ['sign'])
  const publicKey = await certificate.publicKey.export()
  return { certificate, keys: { privateKey, publicKey }, keyPem }
}

async function issue(authority: KeyedCertificate, names: readonly string[], now: number): Promise<KeyedCertificate> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=Steward hub',
    issuer: authority.certificate.subject,
    signingKey: authority.keys.privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: algorithm,
    notBefore: new Date(now - dayMs),
    notAfter: new Date(now + serverDays * dayMs),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((it) => ({ type: isIP(it) ? 'ip' : 'dns', value: it }) as const),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(authority.keys.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate, keys, keyPem: await pemOf(keys.privateKey) }
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
}
