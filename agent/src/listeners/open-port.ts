/** Sockets that listen: datagrams, and streams with or without TLS. Errors of a sender end its connection and nothing else. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { createFraming } from './syslog/framing.ts'

/** `address` as the device is known by: IPv4 where it came as IPv6. */
export type OnMessage = (bytes: Buffer, address: string, reply: (bytes: Buffer) => void) => void

/** `port`: the one that it got, where 0 was asked for. */
export type OpenPort = { port: number; close(): Promise<void> }

const maxConnections = 256
const maxPerAddress = 4
const handshakeMs = 10_000
const keepAliveMs = 60_000
/** Messages of one stream that are read at once, and the pause before the next of them: a flood has to wait. */
const atOnce = 200
const pauseMs = 20

/** Listens for datagrams. Rejects with the system's error where the port cannot be had. */
export async function openDatagrams(host: string, port: number, onMessage: OnMessage): Promise<OpenPort> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4' })
  socket.on('message', (bytes, from) => {
    // An answer that cannot be sent is asked for again by who waits for it.
    const reply = (answer: Buffer): void => socket.send(answer, from.port, from.address, () => undefined)
    onMessage(bytes, plainAddress(from.address), reply)
  })
  socket.bind(port, host)
  await once(socket, 'listening')
  socket.on('error', () => undefined)
  return { port: socket.address().port, close: () => new Promise((resolve) => void socket.close(() => resolve())) }
}

/** PEM texts. */
export type Certificate = { key: string; cert: string }

/**
 * Listens for streams of syslog messages, over TLS with a certificate. `mayConnect` is asked before anything is read.
 * Rejects with the system's error where the port cannot be had.
 */
export async function openStreams(
  host: string,
  port: number,
  certificate: Certificate | null,
  { mayConnect, onMessage }: { mayConnect(address: string): boolean; onMessage: OnMessage },
): Promise<OpenPort> {
  const sockets = new Map<Socket, string>()
  const isWelcome = (address: string): boolean =>
    sockets.size < maxConnections && [...sockets.values()].filter((it) => it === address).length < maxPerAddress
  const onRaw = (socket: Socket): void => {
    const address = plainAddress(socket.remoteAddress ?? '')
    socket.on('error', () => socket.destroy())
    if (!mayConnect(address) || !isWelcome(address)) {
      socket.destroy()
      return
    }
    sockets.set(socket, address)
    socket.setKeepAlive(true, keepAliveMs)
    socket.on('close', () => void sockets.delete(socket))
  }
  const onPlain = (socket: Socket): void => {
    const address = plainAddress(socket.remoteAddress ?? '')
    const framing = createFraming()
    socket.on('error', () => socket.destroy())
    socket.on('data', (bytes: Buffer) => {
      const messages = framing.take(bytes)
      const some = messages.splice(0, atOnce)
      for (const message of some) onMessage(message, address, () => undefined)
      if (messages.length > 0) slowly(socket, messages, (it) => onMessage(it, address, () => undefined))
    })
  }
  const server: Server =
    certificate === null
      ? createTcpServer((socket) => {
          onRaw(socket)
          if (!socket.destroyed) onPlain(socket)
        })
      : createTlsServer({ ...certificate, minVersion: 'TLSv1.2', handshakeTimeout: handshakeMs }, onPlain)
  if (certificate !== null) server.on('connection', onRaw)
  server.on('tlsClientError', (_, socket: Socket) => socket.destroy())
  server.listen({ port, host })
  await once(server, 'listening')
  server.on('error', () => undefined)
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async close() {
      for (const socket of sockets.keys()) socket.destroy()
      await new Promise<void>((resolve) => void server.close(() => resolve()))
    },
  }
}

/** Takes the rest a few at a time; nothing more is read from the stream until that is done. */
function slowly(socket: Socket, rest: Buffer[], take: (message: Buffer) => void): void {
  socket.pause()
  const timer = setInterval(() => {
    for (const message of rest.splice(0, atOnce)) take(message)
    if (rest.length > 0 && !socket.destroyed) return
    clearInterval(timer)
    socket.resume()
  }, pauseMs)
}

function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
}
