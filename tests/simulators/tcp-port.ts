/** A TCP port of a simulated device: closed while the device is off, otherwise handing connections to what is behind it. */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { Gate } from './gate.ts'

export type TcpPort = { port: number; close(): Promise<void> }

/** Listens as long as the gate is open; `port` 0 takes a free one and keeps it. */
export async function openTcpPort(options: {
  address: string
  port: number
  gate: Gate
  serve: (socket: Socket) => void
}): Promise<TcpPort> {
  const { address, gate, serve } = options
  let port = options.port
  const sockets = new Set<Socket>()
  let server: Server | null = null
  let closed = false

  const listen = async (): Promise<void> => {
    const next = createServer((socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      // A peer that goes away is nothing to a device.
      socket.on('error', () => undefined)
      serve(socket)
    })
    server = next
    next.listen(port, address)
    await once(next, 'listening')
    const bound = next.address()
    if (bound !== null && typeof bound === 'object') port = bound.port
  }
  const shut = async (): Promise<void> => {
    const before = server
    server = null
    for (const socket of sockets) socket.destroy()
    if (before?.listening === true) await new Promise((resolve) => before.close(resolve))
  }
  // One change after the other: a port is not opened while it is still being closed.
  let turn = Promise.resolve()
  const follow = (): void => {
    turn = turn.then(async () => {
      const wanted = gate.isOpen() && !closed
      if (wanted && server === null) await listen()
      if (!wanted && server !== null) await shut()
    })
    turn = turn.catch((error: unknown) => {
      server = null
      console.error(`A simulated device does not come back at ${address}:${port}: ${String(error)}`)
    })
  }
  gate.onChange(follow)
  await listen()
  return {
    get port() {
      return port
    },
    async close() {
      closed = true
      follow()
      await turn
    },
  }
}
