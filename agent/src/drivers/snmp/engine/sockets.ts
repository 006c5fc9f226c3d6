/** One datagram socket per address family, opened when it is first needed. */
import { createSocket, type Socket, type SocketOptions } from 'node:dgram'

export type Sockets = {
  /** `failed` is told when the system would not send; without it only silence tells. */
  send(datagram: Buffer, port: number, address: string, failed?: (error: Error) => void): void
  close(): void
}

/** Addresses are literal; looking them up as names would cost a turn of the event loop for each datagram. */
const asItIs: NonNullable<SocketOptions['lookup']> = (address, _options, callback) =>
  callback(null, address, address.includes(':') ? 6 : 4)

const receiveBufferBytes = 4 * 1024 * 1024

export function createSockets(onMessage: (datagram: Buffer, address: string, port: number) => void): Sockets {
  const open = new Map<'udp4' | 'udp6', Socket>()

  const openSocket = (type: 'udp4' | 'udp6'): Socket => {
    const socket = createSocket({ type, recvBufferSize: receiveBufferBytes, lookup: asItIs })
    socket.on('message', (datagram, from) => onMessage(datagram, from.address, from.port))
    // An ICMP error on an unconnected socket names no request; time-outs find out.
    socket.on('error', () => undefined)
    socket.unref()
    return socket
  }

  const socketFor = (address: string): Socket => {
    const type = address.includes(':') ? 'udp6' : 'udp4'
    const socket = open.get(type) ?? openSocket(type)
    open.set(type, socket)
    return socket
  }

  return {
    send(datagram, port, address, failed) {
      const told = failed === undefined ? undefined : (error: Error | null) => error !== null && failed(error)
      socketFor(address).send(datagram, port, address, told)
    },
    close() {
      for (const socket of open.values()) socket.close()
      open.clear()
    },
  }
}
