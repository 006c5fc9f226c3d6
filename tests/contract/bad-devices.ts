/** Devices that take a question and do something wrong with it, over TCP and UDP. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

export const faults = ['silent', 'garbage', 'cut-off'] as const
export type DeviceFault = (typeof faults)[number]

const noise = Buffer.from('7f00ff13374a0d0a0d0a3cff00113080a2deadbeef0d0a'.repeat(8), 'hex')
/** The beginning of an answer in each protocol, so that the rest is waited for. */
const beginnings: Record<string, Buffer> = {
  modbus: Buffer.from([0, 1, 0, 0, 0, 7, 1, 3]),
  onvif: Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: 4000\r\n\r\n<?xml '),
  http: Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n{"door":'),
  bacnet: Buffer.from([0x81, 0x0a, 0x00, 0x40, 0x01, 0x00, 0x30, 0x00, 0x0c, 0x0c]),
  rtsp: Buffer.from('RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 400\r\n\r\nv=0'),
  snmp: Buffer.from([0x30, 0x2c, 0x02, 0x01, 0x01, 0x04]),
}

export async function startBadTcp(fault: DeviceFault, driver: string) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', () => {
      if (fault === 'garbage') socket.write(noise)
      if (fault === 'cut-off') socket.end(beginnings[driver] ?? noise)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  return {
    port: bound !== null && typeof bound === 'object' ? bound.port : 0,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export async function startBadUdp(fault: DeviceFault, driver: string) {
  const socket = createSocket('udp4')
  socket.on('message', (_, from) => {
    if (fault === 'garbage') socket.send(noise, from.port, from.address)
    if (fault === 'cut-off') socket.send(beginnings[driver] ?? noise, from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    port: socket.address().port,
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  }
}

/** A port that nobody listens on: it was free a moment ago. */
export async function closedPort(): Promise<number> {
  const server = await startBadTcp('silent', 'tcp')
  await server.close()
  return server.port
}
