/** An HTTP port of a simulated device. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Gate } from './gate.ts'
import { openTcpPort, type TcpPort } from './tcp-port.ts'

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** `handle` is called when the gate lets the request through; whatever it throws ends that request alone. */
export function openHttpPort(options: { address: string; port: number; gate: Gate; handle: Handle }): Promise<TcpPort> {
  const server = createServer((request, response) => {
    // A peer that goes away in the middle of its request is nothing to a device.
    options.gate
      .pass()
      .then(() => options.handle(request, response))
      .catch(() => response.destroy())
  })
  return openTcpPort({ ...options, serve: (socket) => server.emit('connection', socket) })
}
