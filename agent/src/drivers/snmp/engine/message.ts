/** Messages around a PDU: community based (RFC 1901) and SNMPv3 (RFC 3412 section 6, RFC 3414 section 2.4). */
import { BerError, BerReader, BerWriter } from './ber.ts'
import type { GetQuestion } from './get-question.ts'
import { type AuthKey, isSignedBy, sign } from './mac.ts'
import { type Request, type Response, readResponse, writeRequest } from './pdu.ts'
import { decrypt, encrypt } from './privacy.ts'
import type { LocalKeys } from './usm.ts'

export const versions = { v1: 0, v2c: 1, v3: 3 } as const

const writer = new BerWriter()

/** The bytes are a view into a shared buffer: send or copy them before the next call. */
export function writeCommunityMessage(version: 0 | 1, community: Buffer, requestId: number, request: Request): Buffer {
  writer.reset()
  const message = writer.mark
  writeRequest(writer, requestId, request)
  writer.octets(community)
  writer.integer(version)
  writer.close(0x30, message)
  return writer.view()
}

/** A question as a whole message, and where in it the four bytes of the request id are. */
export function communityDatagram(
  version: 0 | 1,
  community: Buffer,
  { pdu, idAt }: GetQuestion,
): { datagram: Buffer; idAt: number } {
  writer.reset()
  const message = writer.mark
  writer.bytes(pdu)
  writer.octets(community)
  writer.integer(version)
  writer.close(0x30, message)
  const view = writer.view()
  // Not out of the common pool, which would be kept whole for as long as this is.
  const datagram = Buffer.allocUnsafeSlow(view.length)
  view.copy(datagram)
  return { datagram, idAt: datagram.length - pdu.length + idAt }
}

/** The request id of a datagram (version 3: its message id) and, in a community message, where its PDU begins. */
export type Peeked = { id: number; pduAt: number }

const peeker = new BerReader(Buffer.alloc(0))
const peeked: Peeked = { id: 0, pduAt: 0 }

/** What is needed to find who waits for a datagram. Valid until the next call. Throws BerError. */
export function peekMessage(datagram: Buffer): Peeked {
  peeker.restart(datagram)
  peeker.enter(0x30)
  const version = peeker.integer()
  if (version === versions.v3) peeker.enter(0x30)
  else {
    if (version !== versions.v1 && version !== versions.v2c) throw new BerError(`version ${version}`)
    peeker.skip()
    peeked.pduAt = peeker.at
    peeker.enterAny()
  }
  peeked.id = peeker.integer()
  return peeked
}

/** The answer in a community message; `asked` as in `readResponse`. */
export function readCommunityResponse(datagram: Buffer, asked?: readonly string[]): Response {
  const reader = new BerReader(datagram).inside(0x30)
  reader.integer()
  reader.skip()
  return readResponse(reader, asked)
}

/** What is known of a target's engine; `time` is at `learnedAtMs` of the monotonic clock. */
export type EngineState = { id: Buffer; boots: number; time: number; learnedAtMs: number }

export type V3Security = { user: Buffer; keys: LocalKeys }

const flags = { auth: 1, priv: 2, reportable: 4 } as const
const none = Buffer.alloc(0)

export type V3Request = {
  messageId: number
  /** a whole PDU, its request id included */
  pdu: Uint8Array
  engine: EngineState
  engineTime: number
  security: V3Security
  context: Buffer
  /** whose context it is; left out: the engine's own */
  contextEngineId?: Buffer
  /** answers and reports ask for none (RFC 3412 section 6.4); left out: true */
  isReportable?: boolean
}

export function writeV3Message(it: V3Request): Buffer {
  const { user, keys } = it.security
  const { engine, engineTime } = it
  const scoped = scopedPdu(it)
  const sealed = keys.priv && encrypt(keys.priv, engine.boots, engineTime, scoped)
  // Where nothing is encrypted it lies where the message is written.
  const data = sealed?.data ?? Buffer.from(scoped)
  const macLength = keys.auth?.macBytes ?? 0

  writer.reset()
  const message = writer.mark
  if (sealed) writer.octets(data)
  else writer.bytes(data)
  const outer = writer.mark
  writer.octets(sealed?.parameters ?? none)
  const macEnd = writer.mark
  writer.zeros(macLength)
  writer.close(0x04, macEnd)
  writer.octets(user)
  writer.integer(engineTime)
  writer.integer(engine.boots)
  writer.octets(engine.id)
  writer.close(0x30, outer)
  writer.close(0x04, outer)
  const header = writer.mark
  writer.integer(3)
  const level = (keys.auth ? flags.auth : 0) | (keys.priv ? flags.priv : 0)
  const flagsEnd = writer.mark
  writer.byte(level | (it.isReportable === false ? 0 : flags.reportable))
  writer.close(0x04, flagsEnd)
  writer.integer(65_507)
  writer.integer(it.messageId)
  writer.close(0x30, header)
  writer.integer(versions.v3)
  writer.close(0x30, message)

  const whole = writer.view()
  if (keys.auth) {
    writer.bytes(keys.auth.inner)
    sign(keys.auth, writer.view(), whole, whole.length - (message - macEnd) - macLength)
  }
  return Buffer.from(whole)
}

/** A view: valid until something else is written. */
function scopedPdu(it: V3Request): Buffer {
  writer.reset()
  const scoped = writer.mark
  writer.bytes(it.pdu)
  writer.octets(it.context)
  writer.octets(it.contextEngineId ?? it.engine.id)
  writer.close(0x30, scoped)
  return writer.view()
}

export type V3Header = {
  level: number
  engineId: Buffer
  boots: number
  time: number
  user: Buffer
  macAt: number
  macLength: number
  privParameters: Buffer
  data: BerReader
}

/** Everything in front of the scoped PDU. */
export function readV3Header(datagram: Buffer): V3Header {
  const reader = new BerReader(datagram).inside(0x30)
  reader.integer()
  const header = reader.inside(0x30)
  header.integer()
  header.integer()
  const level = header.enter(0x04) === 0 ? 0 : header.peek()
  header.at += 1
  if (header.integer() !== 3) throw new BerError('security model not USM')
  const length = reader.enter(0x04)
  const parameters = new BerReader(reader.buffer, reader.at, reader.at + length).inside(0x30)
  reader.at += length
  const engineId = parameters.octets()
  const boots = parameters.integer()
  const time = parameters.integer()
  const user = parameters.octets()
  const macLength = parameters.enter(0x04)
  const macAt = parameters.at
  parameters.at += macLength
  return { level, engineId, boots, time, user, macAt, macLength, privParameters: parameters.octets(), data: reader }
}

/** Whether the authentication code of a message is that of its content (RFC 3414 section 6.3.2). */
export function isAuthentic(datagram: Buffer, header: V3Header, key: AuthKey): boolean {
  if ((header.level & flags.auth) === 0 || header.macLength !== key.macBytes) return false
  return isSignedBy(key, datagram, header.macAt)
}

/** Whether a message is encrypted where, and only where, there is a key for it. */
export function isAsPrivateAs({ level }: V3Header, keys: LocalKeys): boolean {
  return ((level & flags.priv) !== 0) === (keys.priv !== null)
}

/** Decrypted where it is encrypted; the reader is at the PDU. */
export function readScopedPdu(header: V3Header, keys: LocalKeys): BerReader {
  const scoped = openScopedPdu(header, keys)
  scoped.skip()
  scoped.skip()
  return scoped
}

/** The same with the reader at the context: its engine id and its name stand before the PDU (RFC 3412 section 6.8). */
export function openScopedPdu(header: V3Header, keys: LocalKeys): BerReader {
  let reader = header.data
  if ((header.level & flags.priv) !== 0) {
    if (keys.priv === null) throw new BerError('encrypted, but no privacy key')
    const plain = decrypt(keys.priv, header.boots, header.time, header.privParameters, reader.octets())
    reader = new BerReader(plain)
  }
  return reader.inside(0x30)
}

export function readV3Response(header: V3Header, keys: LocalKeys, asked?: readonly string[]): Response {
  return readResponse(readScopedPdu(header, keys), asked)
}
