import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { StewardError } from '@steward/shared/errors'
import type { ServerCertificate } from './authority.ts'

/** Files of a certificate that somebody else issued: the chain, and its private key (PEM). */
export type CertificateFiles = { cert: string; key: string }

/** Reads and checks them, so that a mistake is a line now and not a failing handshake later. Throws `input/invalid`. */
export function readCertificate(files: CertificateFiles, now: number): ServerCertificate {
  const cert = read(files.cert)
  const key = read(files.key)
  const certificate = parsed(() => new X509Certificate(cert), `${files.cert} holds no certificate (PEM).`)
  const privateKey = parsed(
    () => createPrivateKey(key),
    `${files.key} holds no private key without a pass phrase (PEM).`,
  )
  if (!certificate.checkPrivateKey(privateKey))
    throw new StewardError('input/invalid', `The key in ${files.key} is not that of the certificate in ${files.cert}.`)
  if (certificate.validToDate.getTime() <= now)
    throw new StewardError(
      'input/invalid',
      `The certificate in ${files.cert} ended on ${certificate.validTo}; renew it.`,
    )
  return { cert, key, ca: null }
}

function read(file: string): string {
  return parsed(() => readFileSync(file, 'utf8'), `The file ${file} cannot be read.`)
}

function parsed<T>(work: () => T, line: string): T {
  try {
    return work()
  } catch (cause) {
    throw new StewardError('input/invalid', line, { cause })
  }
}
