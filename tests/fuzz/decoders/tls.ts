/** What TLS servers say first: their hello, their certificate, their key. */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { isStewardError } from '@steward/shared/errors'
import { shakeHands } from '../../../agent/src/drivers/tls/shake-hands.ts'
import { createGate, startTlsServer } from '../../simulators/index.ts'
import { type Decoder, hex } from '../decoder.ts'
import { answerTcp } from '../servers.ts'

const limits = { timeoutMs: 5000, signal: new AbortController().signal }

/** The first that a server says to a client of this version; before 1.3 that has its certificate in it, readable. */
async function firstWords(version: 'TLSv1.2' | 'TLSv1.3'): Promise<Buffer> {
  const device = await startTlsServer(createGate())
  const said: Buffer[] = []
  const between = createServer((socket) => {
    const far = connect(device.port, '127.0.0.1')
    far.on('error', () => undefined)
    socket.on('error', () => undefined)
    socket.pipe(far).on('data', (piece: Buffer) => said.push(piece))
    far.pipe(socket)
  })
  between.listen(0, '127.0.0.1')
  await once(between, 'listening')
  const bound = between.address()
  const port = bound !== null && typeof bound === 'object' ? bound.port : 0
  const client = connectTls({
    port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    minVersion: version,
    maxVersion: version,
  })
  await once(client, 'secureConnect')
  client.destroy()
  await new Promise((resolve) => between.close(resolve))
  await device.close()
  return Buffer.concat(said)
}

export const tls: Decoder = {
  corpus: [await firstWords('TLSv1.2'), await firstWords('TLSv1.3')],
  tokens: hex('16 03 03', '15 03 03 00 02 02 28', '0b', '30 82 ff ff', '02', 'ff ff ff', '14 03 03 00 01 01'),
  atOnce: 16,
  isNeverRead: true,
  isRefusal: (error) => isStewardError(error),
  async open() {
    const server = await answerTcp()
    const place = { address: '127.0.0.1', port: server.port, serverName: undefined }
    return {
      decode(message) {
        server.give(message)
        return shakeHands(place, limits)
      },
      close: () => server.close(),
    }
  },
}
