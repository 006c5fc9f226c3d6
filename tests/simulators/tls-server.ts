/** A TLS server behind a gate, with a certificate of an authority of its own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext, TLSSocket } from 'node:tls'
import { ownCertificate } from '@steward/hub/http'
import type { Gate } from './gate.ts'
import { openTcpPort, type TcpPort } from './tcp-port.ts'

/** `madeAt`, ms since 1970: the certificate lasts 397 days from then on. */
export async function startTlsServer(gate: Gate, madeAt: number = Date.now()): Promise<TcpPort> {
  const folder = mkdtempSync(join(tmpdir(), 'steward-tls-'))
  const { key, cert } = await ownCertificate(folder, ['localhost'], madeAt)
  rmSync(folder, { recursive: true })
  const secureContext = createSecureContext({ key, cert })
  return openTcpPort({
    address: '127.0.0.1',
    port: 0,
    gate,
    serve(socket) {
      void gate.pass().then(() => {
        const secure = new TLSSocket(socket, { isServer: true, secureContext })
        secure.on('error', () => undefined)
        secure.resume()
      })
    },
  })
}
