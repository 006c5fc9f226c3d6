/** Stands before a device and counts how often somebody tries to log in there. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { DriverName } from '@steward/shared/model'

export type CountingRelay = { port: number; attempts(): number; close(): Promise<void> }

/** How many questions in these bytes carry a proof of who asks: each is an attempt that a device may count. */
const attemptsIn: Partial<Record<DriverName, (bytes: Buffer) => number>> = {
  // In clear or as a digest; a name and token inside of SOAP count with the request around them.
  http: requestsWith(/^authorization:/im),
  rtsp: requestsWith(/^authorization:/im),
  onvif: requestsWith(/^authorization:|UsernameToken/im),
  // CONNECT (MQTT 3.1.1, section 3.1) with the flag for a password.
  mqtt: (bytes) => ((bytes[0] ?? 0) >> 4 === 1 && ((bytes[9] ?? 0) & 0x40) !== 0 ? 1 : 0),
  // Flags with authentication, before security model 3 (RFC 3412, section 6.4).
  snmp: (bytes) => (/0401(?:01|03|05|07)020103/.test(bytes.toString('hex', 0, 64)) ? 1 : 0),
}

function requestsWith(proof: RegExp): (bytes: Buffer) => number {
  return (bytes) =>
    bytes
      .toString('latin1')
      .split(/^(?=[A-Z_]+ \S+ (?:HTTP|RTSP)\/1\.[01]\r\n)/m)
      .filter((it) => proof.test(it)).length
}

/** `behind`: the device's port. */
export async function startCountingRelay(
  driver: DriverName,
  transport: 'tcp' | 'udp',
  behind: number,
): Promise<CountingRelay> {
  const count = attemptsIn[driver] ?? (() => 0)
  return transport === 'tcp' ? relayTcp(count, behind) : relayUdp(count, behind)
}

async function relayTcp(count: (bytes: Buffer) => number, behind: number): Promise<CountingRelay> {
  const sockets = new Set<Socket>()
  let attempts = 0
  const server = createServer((socket) => {
    const device = connect(behind, '127.0.0.1')
    for (const [it, other] of [
      [socket, device],
      [device, socket],
    ] as const) {
      sockets.add(it)
      it.on('error', () => other.destroy())
      it.on('close', () => {
        sockets.delete(it)
        other.destroy()
      })
    }
    socket.on('data', (question) => {
      attempts += count(question)
      device.write(question)
    })
    device.pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  return {
    port: bound !== null && typeof bound === 'object' ? bound.port : 0,
    attempts: () => attempts,
    async close() {
      for (const it of sockets) it.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function relayUdp(count: (bytes: Buffer) => number, behind: number): Promise<CountingRelay> {
  const [near, far] = [createSocket('udp4'), createSocket('udp4')]
  let asking = { port: 0, address: '127.0.0.1' }
  let attempts = 0
  near.on('message', (question, from) => {
    asking = from
    attempts += count(question)
    far.send(question, behind, '127.0.0.1')
  })
  far.on('message', (answer) => near.send(answer, asking.port, asking.address))
  near.bind(0, '127.0.0.1')
  far.bind(0, '127.0.0.1')
  await Promise.all([once(near, 'listening'), once(far, 'listening')])
  return {
    port: near.address().port,
    attempts: () => attempts,
    async close() {
      await Promise.all([near, far].map((it) => new Promise<void>((resolve) => it.close(() => resolve()))))
    },
  }
}
