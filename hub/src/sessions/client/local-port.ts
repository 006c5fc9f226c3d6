import { createServer, type Socket } from 'node:net'
import { isStewardError, StewardError } from '@steward/shared/errors'
import { joinStreams } from '../join-streams.ts'
import type { Tunnel } from './tunnel-client.ts'

export type LocalPort = { port: number; close(): void }

function listenError(error: NodeJS.ErrnoException, port: number): StewardError {
  if (error.code === 'EADDRINUSE') {
    return new StewardError(
      'system/port-in-use',
      `Port ${port} is in use; choose another with --local-port, or leave it out.`,
    )
  }
  return new StewardError(
    'system/port-in-use',
    `Port ${port} cannot be opened (${error.code}); choose another with --local-port.`,
  )
}

/**
 * Binds a port on 127.0.0.1, never on another address, and carries each connection to it through the tunnel.
 * `port` 0 takes a free one. `refused` gets the line for the engineer when a connection is not let through.
 */
export function listenLocally(it: {
  port: number
  tunnel: Pick<Tunnel, 'connect'>
  refused(line: string): void
}): Promise<LocalPort> {
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => open.delete(socket))
    socket.setNoDelay(true)
    it.tunnel.connect().then(
      (stream) => {
        // The engineer's tool may have gone while the way was being opened.
        if (socket.destroyed) stream.destroy()
        else void joinStreams(socket, stream, { forwardBytes: 0, backBytes: 0 })
      },
      (error: unknown) => {
        it.refused(isStewardError(error) ? error.message : String(error))
        socket.resetAndDestroy()
      },
    )
  })
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, it.port)))
    server.listen({ port: it.port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address()
      resolve({
        port: address !== null && typeof address === 'object' ? address.port : it.port,
        close() {
          server.close()
          for (const socket of open) socket.destroy()
        },
      })
    })
  })
}
