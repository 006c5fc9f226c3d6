/** Devices that take a question and do something wrong with it, over TCP and UDP. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** `stranger`: right answers, but to another question or from another unit. */
export const faults = ['silent', 'slow', 'garbage', 'cut-off', 'reset', 'endless', 'stranger'] as const
export type DeviceFault = (typeof faults)[number]

export type BadDevice = {
  port: number
  /** connections that are open */
  open(): number
  /** what was sent over each connection, at most */
  sentBytes(): number
  close(): Promise<void>
}

const noise = Buffer.from('7f00ff13374a0d0a0d0a3cff00113080a2deadbeef0d0a'.repeat(8), 'hex')
/** The beginning of an answer in each protocol, so that the rest is waited for. */
const beginnings: Record<string, Buffer> = {
  modbus: Buffer.from([0, 1, 0, 0, 0, 7, 1, 3]),
  onvif: Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: 4000\r\n\r\n<?xml '),
  http: Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n{"door":'),
  bacnet: Buffer.from([0x81, 0x0a, 0x00, 0x40, 0x01, 0x00, 0x30, 0x00, 0x0c, 0x0c]),
  rtsp: Buffer.from('RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 400\r\n\r\nv=0'),
  snmp: Buffer.from([0x30, 0x2c, 0x02, 0x01, 0x01, 0x04]),
  tls: Buffer.from([0x16, 0x03, 0x03, 0x40, 0x00, 0x02, 0x00, 0x3f, 0xfc]),
}
/** What is right by itself and may follow on itself for ever. */
const refrains: Record<string, { first: Buffer; again: Buffer }> = {
  modbus: { first: Buffer.alloc(0), again: Buffer.from([0xff, 0xfe, 0, 0, 0, 5, 1, 3, 2, 0, 7]) },
  onvif: { first: Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), again: Buffer.from('<a>'.repeat(400)) },
  http: { first: Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), again: Buffer.from('[1,'.repeat(400)) },
  rtsp: { first: Buffer.alloc(0), again: Buffer.concat([Buffer.from([0x24, 0, 4, 0]), Buffer.alloc(1024)]) },
  mqtt: { first: Buffer.alloc(0), again: Buffer.from([0xd0, 0x00]) },
  tls: { first: Buffer.alloc(0), again: Buffer.from([0x16, 0x03, 0x03, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00]) },
}
const byteEveryMs = 50
const refrainEveryMs = 10
const refrainsAtOnce = 20

/** An answer so changed that it belongs to another question; for protocols whose answers say to which they belong. */
const strangers: Record<string, (answer: Buffer) => Buffer> = {
  // The request id, in version 3 the message id: the first integer of four bytes.
  snmp: (it) => withByte(it, it.indexOf(Buffer.from([0x02, 0x04])) + 5),
  modbus: (it) => withByte(it, 1),
  bacnet: (it) => withByte(it, 7),
  ntp: (it) => withByte(it, 24),
  dns: (it) => withByte(it, 1),
  rtsp: (it) => Buffer.from(it.toString('latin1').replace(/CSeq: \d/g, 'CSeq: 99'), 'latin1'),
}

export function canBeStranger(driver: string): boolean {
  return strangers[driver] !== undefined
}

function withByte(answer: Buffer, at: number): Buffer {
  const changed = Buffer.from(answer)
  changed[at] = (changed[at] ?? 0) ^ 0x55
  return changed
}

/** `behind`: the port of the right device whose answers a stranger gives. */
export async function startBadTcp(fault: DeviceFault, driver: string, behind = 0): Promise<BadDevice> {
  const sockets = new Set<Socket>()
  let most = 0
  const write = (socket: Socket, bytes: Buffer): boolean => {
    most = Math.max(most, socket.bytesWritten)
    return socket.writable && socket.write(bytes)
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    if (fault === 'stranger') relay(socket, behind, driver, (bytes) => write(socket, bytes))
    else socket.once('data', () => misbehave(socket, fault, driver, (bytes) => write(socket, bytes)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  return {
    port: bound !== null && typeof bound === 'object' ? bound.port : 0,
    open: () => sockets.size,
    sentBytes: () => most,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function misbehave(socket: Socket, fault: DeviceFault, driver: string, write: (bytes: Buffer) => boolean): void {
  const beginning = beginnings[driver] ?? noise
  if (fault === 'garbage') write(noise)
  if (fault === 'cut-off') socket.end(beginning)
  if (fault === 'reset') socket.write(beginning, () => socket.resetAndDestroy())
  if (fault === 'endless') {
    const { first, again } = refrains[driver] ?? { first: Buffer.alloc(0), again: noise }
    write(first)
    const many = Buffer.concat(Array.from({ length: 16 }, () => again))
    const go = (): void => {
      while (write(many));
    }
    socket.on('drain', go)
    go()
  }
  if (fault === 'slow') {
    let at = 0
    const timer = setInterval(() => {
      write(beginning.subarray(at, at + 1))
      at = Math.min(at + 1, beginning.length)
    }, byteEveryMs)
    socket.on('close', () => clearInterval(timer))
  }
}

function relay(socket: Socket, behind: number, driver: string, write: (bytes: Buffer) => boolean): void {
  const device = connect(behind, '127.0.0.1')
  device.on('error', () => socket.destroy())
  device.on('data', (answer) => write(strangers[driver]?.(answer) ?? answer))
  device.on('close', () => socket.end())
  socket.on('data', (question) => device.write(question))
  socket.on('close', () => device.destroy())
}

export async function startBadUdp(fault: DeviceFault, driver: string, behind = 0): Promise<BadDevice> {
  const socket = createSocket('udp4')
  const device = createSocket('udp4')
  let sent = 0
  let asking = { port: 0, address: '127.0.0.1' }
  const send = (bytes: Buffer): void => {
    sent += bytes.length
    socket.send(bytes, asking.port, asking.address, () => undefined)
  }
  const beginning = beginnings[driver] ?? noise
  let timer: NodeJS.Timeout | null = null
  socket.on('message', (question, from) => {
    asking = from
    if (fault === 'garbage') send(noise)
    if (fault === 'cut-off' || fault === 'reset') send(beginning)
    if (fault === 'slow') timer ??= setInterval(() => send(beginning.subarray(0, 1)), byteEveryMs)
    if (fault === 'endless')
      timer ??= setInterval(() => {
        for (let left = refrainsAtOnce; left > 0; left -= 1) send(noise)
      }, refrainEveryMs)
    if (fault === 'stranger') device.send(question, behind, '127.0.0.1')
  })
  device.on('message', (answer) => send(strangers[driver]?.(answer) ?? answer))
  socket.bind(0, '127.0.0.1')
  device.bind(0, '127.0.0.1')
  await Promise.all([once(socket, 'listening'), once(device, 'listening')])
  return {
    port: socket.address().port,
    open: () => 0,
    sentBytes: () => sent,
    async close() {
      if (timer !== null) clearInterval(timer)
      await Promise.all([socket, device].map((it) => new Promise<void>((resolve) => it.close(() => resolve()))))
    },
  }
}

/** A port that nobody listens on: it was free a moment ago. */
export async function closedPort(): Promise<number> {
  const server = await startBadTcp('silent', 'tcp')
  await server.close()
  return server.port
}
