/** A simulated SNMP target on one UDP socket: v2c with a community, or v3 with one authPriv user. */
import { createHash } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Gate } from '../gate.ts'
import { bytesOf, childrenOf, integer, octets, readInteger, readTlv, tags, tlv } from './ber.ts'
import { createObjects, type Mib, type Objects } from './mib.ts'
import { answer, readPdu } from './pdu.ts'
import { type AuthProtocol, createUser } from './usm.ts'
import { createV3, type Heard, v3OverheadBytes } from './v3.ts'

export type SnmpCredentials =
  | { version: 'v2c'; community: string }
  | {
      version: 'v3'
      user: string
      authProtocol?: AuthProtocol
      authPassphrase: string
      privPassphrase: string
    }

/** `mib`: or a function that makes it anew, as a device does at every boot; it is given the time of that boot. */
export type SnmpOptions = {
  address: string
  /** 0: a free one */
  port: number
  gate: Gate
  credentials: SnmpCredentials
  mib: Mib | ((bootedAt: number) => Mib)
  /** the largest answer; what would be larger is refused as too big, or cut short */
  maxBytes?: number
}

/** What fits into one Ethernet frame, as most devices limit themselves. */
const frameBytes = 1472
const versions = { v2c: 1, v3: 3 } as const

export type SnmpTargetHandle = { port: number; close(): Promise<void> }

export async function startSnmpTarget(options: SnmpOptions): Promise<SnmpTargetHandle> {
  const { gate, mib } = options
  const socket = createSocket('udp4')
  let bootedAt = gate.bootedAt()
  const makeObjects = () => createObjects(typeof mib === 'function' ? mib(bootedAt) : mib)
  let objects = makeObjects()
  const hear = listener(options)
  let closed = false
  socket.on('message', async (message, from) => {
    if (!gate.isOpen()) return
    await gate.pass()
    if (bootedAt !== gate.bootedAt()) {
      bootedAt = gate.bootedAt()
      objects = makeObjects()
    }
    const reply = replyTo(message, hear, objects, options.maxBytes ?? frameBytes)
    if (reply !== null && !closed) socket.send(reply, from.port, from.address)
  })
  // A peer that is gone (ICMP port unreachable) is nothing to a device.
  socket.on('error', () => undefined)
  const bound = Promise.race([
    once(socket, 'listening'),
    once(socket, 'error').then(([error]) => Promise.reject(error)),
  ])
  socket.bind(options.port, options.address)
  await bound
  return {
    port: socket.address().port,
    async close() {
      if (closed) return
      closed = true
      const ended = once(socket, 'close')
      socket.close()
      await ended
    },
  }
}

/** Whatever is wrong with a message, a device says nothing. */
function replyTo(message: Buffer, hear: (message: Buffer) => Heard, objects: Objects, maxBytes: number): Buffer | null {
  try {
    const heard = hear(message)
    if (heard === null) return null
    if ('report' in heard) return heard.report
    const pdu = answer(heard.request, objects, maxBytes - v3OverheadBytes)
    return pdu === null ? null : heard.reply(pdu)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function listener({ gate, credentials, address, port }: SnmpOptions): (message: Buffer) => Heard {
  const v3 = credentials.version === 'v3' ? createV3(engineOf(credentials, gate, `${address}:${port}`)) : null
  return (message) => {
    const parts = childrenOf(message, readTlv(message, 0))
    const [version, community, pdu] = parts
    if (version === undefined || community === undefined || pdu === undefined) return null
    const number = readInteger(message, version)
    if (number === versions.v3) return v3?.(message) ?? null
    if (number !== versions.v2c || credentials.version !== 'v2c') return null
    // With v2c a wrong password is silence: there is nobody to tell it to.
    if (gate.refusesCredentials() || bytesOf(message, community).toString() !== credentials.community) return null
    const reply = (body: Buffer) => tlv(tags.sequence, integer(versions.v2c), octets(credentials.community), body)
    return { request: readPdu(message, pdu), reply }
  }
}

function engineOf(it: Extract<SnmpCredentials, { version: 'v3' }>, gate: Gate, name: string) {
  // The same at every start, as a device's is: RFC 3411, SnmpEngineID, format 5 (octets of one's own).
  const id = Buffer.concat([Buffer.from('80001f8805', 'hex'), digestOf(name).subarray(0, 8)])
  const keys = {
    user: it.user,
    protocol: it.authProtocol ?? ('sha' as const),
    auth: it.authPassphrase,
    priv: it.privPassphrase,
  }
  return {
    id,
    user: createUser(keys, id),
    // More at every boot, without being kept anywhere: the second in which it happened.
    clock: () => ({
      boots: Math.floor(gate.bootedAt() / 1000) & 0x7fff_ffff,
      time: Math.floor(gate.uptimeMs() / 1000),
    }),
    refuses: () => gate.refusesCredentials(),
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
