/** One connection to a broker (MQTT 3.1.1 and 5): connect, ping, subscribe. It does not come back by itself. */
import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { type PeerCertificate, TLSSocket } from 'node:tls'
import { StewardError } from '@steward/shared/errors'
import type { IClientOptions, MqttClient } from 'mqtt'
import type { Limits } from '../contract.ts'
import { aborted } from '../network-failure.ts'
import { placeOf } from '../tcp-connect.ts'
import { type Broker, openSocket } from './broker-socket.ts'
import { settled } from './settled.ts'

export type Login = { user: string; password: string }

export type Received = { topic: string; payload: Buffer; retained: boolean }

export type Wire = {
  certificate: PeerCertificate | null
  isOpen(): boolean
  /** ms there and back */
  ping(limits: Limits): Promise<number>
  /** Gives the filters that the broker does not allow. */
  subscribe(filters: readonly string[], limits: Limits): Promise<string[]>
  unsubscribe(filters: readonly string[]): void
  /** Takes leave and frees the socket at once. */
  close(): void
}

/** More than this without a whole packet is no message for us. */
const maxPacketBytes = 256 * 1024
/** Each costs time, however short it is. */
const maxPacketsPerSecond = 5000
const keepAliveS = 30
const filtersAtOnce = 50
const farewellMs = 200

type Listener = { received(message: Received): void; closed(): void }

/**
 * `closed` is told once, when it ends by itself. Throws StewardError: `driver/refused-credentials`, `driver/no-secret` and what
 * sockets do.
 */
export async function openWire(broker: Broker, login: Login | null, on: Listener, limits: Limits): Promise<Wire> {
  const asked = { where: placeOf(broker.address, broker.port), hasLogin: login !== null }
  const started = performance.now()
  const left = (): Limits => ({ ...limits, timeoutMs: Math.max(1, limits.timeoutMs - (performance.now() - started)) })
  const socket = await openSocket(broker, left())
  try {
    // The library costs 23 MB and a tenth of a second: who has no broker does not pay.
    const { MqttClient } = await import('mqtt')
    if (limits.signal.aborted) throw aborted(asked.where)
    const client = new MqttClient(() => socket, optionsOf(broker, login))
    guardSize(client, socket, asked.where)
    // Late errors of a connection that nobody waits for must not end the process; `close` tells the rest.
    client.on('error', () => undefined)
    try {
      await settled(client, asked, left(), (resolve) => client.once('connect', resolve))
    } catch (error) {
      client.end(true)
      throw error
    }
    return wireOf(client, socket, asked, on)
  } catch (error) {
    socket.destroy()
    throw error
  }
}

function optionsOf({ version }: Broker, login: Login | null): IClientOptions {
  const isFive = version === '5'
  return {
    protocolVersion: isFive ? 5 : 4,
    protocolId: 'MQTT',
    clientId: `steward-${randomBytes(6).toString('hex')}`,
    clean: true,
    keepalive: keepAliveS,
    reconnectPeriod: 0,
    resubscribe: false,
    timerVariant: 'native',
    // Our own limits end it before.
    connectTimeout: 3_600_000,
    ...(login === null ? {} : { username: login.user, password: login.password }),
    ...(isFive ? { properties: { maximumPacketSize: maxPacketBytes } } : {}),
  }
}

type Asked = { where: string; hasLogin: boolean }

function wireOf(client: MqttClient, socket: Socket | TLSSocket, asked: Asked, on: Listener): Wire {
  let isClosed = false
  client.on('message', (topic, payload, packet) => on.received({ topic, payload, retained: packet.retain }))
  client.once('close', () => {
    if (isClosed) return
    isClosed = true
    client.end(true)
    on.closed()
  })
  return {
    certificate: socket instanceof TLSSocket ? socket.getPeerCertificate() : null,
    isOpen: () => !isClosed && !socket.destroyed,
    ping: (limits) => ping(client, asked, limits),
    subscribe: (filters, limits) => subscribe(client, asked, filters, limits),
    unsubscribe(filters) {
      if (!isClosed) client.unsubscribe([...filters], () => undefined)
    },
    close() {
      if (isClosed) return
      isClosed = true
      client.end(false, () => socket.destroy())
      // Whoever hangs is not waited for.
      setTimeout(() => socket.destroy(), farewellMs).unref()
    },
  }
}

async function ping(client: MqttClient, asked: Asked, limits: Limits): Promise<number> {
  const startedMs = performance.now()
  await settled(client, asked, limits, (resolve) => {
    const onPacket = ({ cmd }: { cmd?: string | undefined }): void => {
      if (cmd === 'pingresp') resolve()
    }
    client.on('packetreceive', onPacket)
    client.sendPing()
    return () => client.off('packetreceive', onPacket)
  })
  return performance.now() - startedMs
}

async function subscribe(
  client: MqttClient,
  asked: Asked,
  filters: readonly string[],
  limits: Limits,
): Promise<string[]> {
  const refused: string[] = []
  for (let at = 0; at < filters.length; at += filtersAtOnce) {
    const some = filters.slice(at, at + filtersAtOnce)
    await settled(client, asked, limits, (resolve) => {
      client.subscribe([...some], { qos: 0 }, (_, __, packet) => {
        for (const [i, code] of packet?.granted.entries() ?? []) {
          const filter = some[i]
          if (Number(code) >= 0x80 && filter !== undefined) refused.push(filter)
        }
        if (packet !== undefined) resolve()
      })
    })
  }
  return refused
}

/** A broker may send messages of 256 MB (MQTT 3.1.1, section 2.2.3), and the library would keep them all; and packets without end. */
function guardSize(client: MqttClient, socket: Socket, where: string): void {
  let packetAt = 0
  let second = 0
  let inSecond = 0
  client.on('packetreceive', () => {
    packetAt = socket.bytesRead
    const now = Math.floor(performance.now() / 1000)
    inSecond = now === second ? inSecond + 1 : 1
    second = now
    if (inSecond === maxPacketsPerSecond)
      socket.destroy(
        new StewardError('driver/protocol', `${where} sends more than ${maxPacketsPerSecond} packets a second`),
      )
  })
  socket.on('data', () => {
    if (socket.bytesRead - packetAt > 2 * maxPacketBytes)
      socket.destroy(
        new StewardError('driver/protocol', `${where} sent a message of more than ${maxPacketBytes} bytes`),
      )
  })
}
