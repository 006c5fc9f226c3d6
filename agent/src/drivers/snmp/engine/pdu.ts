/** PDUs and variable bindings (RFC 3416) of SNMP versions 1, 2c and 3. */
import { BerError, type BerReader, BerWriter } from './ber.ts'
import { decodeOid, encodeOid } from './oid.ts'

export const pduTags = { get: 0xa0, getNext: 0xa1, response: 0xa2, getBulk: 0xa5, report: 0xa8 } as const
/** RFC 1157 section 4.1.6; RFC 3416 section 4.2.6 and 4.2.7 */
export const notificationTags = { trapV1: 0xa4, inform: 0xa6, trap: 0xa7 } as const
export type RequestType = 'get' | 'getNext' | 'getBulk'

/** RFC 3416 section 3: error-status, by number. */
export const errorStatus = ['noError', 'tooBig', 'noSuchName', 'badValue', 'readOnly', 'genErr', 'noAccess'] as const

/** A value with its SMI type (RFC 2578). `missing` is one of the three exceptions of RFC 3416, or null. */
export type SnmpValue =
  | { type: 'integer' | 'counter32' | 'gauge32' | 'timeticks'; value: number }
  | { type: 'counter64'; value: bigint }
  | { type: 'octets' | 'opaque'; value: Buffer }
  | { type: 'oid' | 'ip'; value: string }
  | { type: 'null' }
  | { type: 'missing'; why: 'noSuchObject' | 'noSuchInstance' | 'endOfMibView' }

export type Varbind = { oid: string } & SnmpValue

export type Request = {
  type: RequestType
  oids: readonly string[]
  /** getBulk only (RFC 3416 section 4.2.3) */
  nonRepeaters?: number
  maxRepetitions?: number
}

export type Response = {
  tag: number
  requestId: number
  errorStatus: number
  errorIndex: number
  varbinds: Varbind[]
  /** of the message that it came in, decrypted */
  bytes: number
}

const maxVarbinds = 4096

const encodedLists = new WeakMap<readonly string[], readonly Buffer[]>()

/** A target is asked for the same list at every poll: its OIDs are looked up once and kept as long as the list itself. */
function encodedOf(oids: readonly string[]): readonly Buffer[] {
  const known = encodedLists.get(oids)
  if (known !== undefined) return known
  const encoded = oids.map(encodeOid)
  encodedLists.set(oids, encoded)
  return encoded
}

/** The list of OIDs of a request must not be changed after it was given here. */
export function writeRequest(writer: BerWriter, requestId: number, request: Request): void {
  const encoded = request.type === 'get' ? encodedOf(request.oids) : request.oids.map(encodeOid)
  const pdu = writer.mark
  const list = writer.mark
  for (let i = encoded.length - 1; i >= 0; i -= 1) {
    const oid = encoded[i]
    if (oid === undefined) continue
    const varbind = writer.mark
    writer.null()
    writer.octets(oid, 0x06)
    writer.close(0x30, varbind)
  }
  writer.close(0x30, list)
  writer.integer(request.type === 'getBulk' ? (request.maxRepetitions ?? 10) : 0)
  writer.integer(request.type === 'getBulk' ? (request.nonRepeaters ?? 0) : 0)
  writer.integer(requestId)
  writer.close(pduTags[request.type], pdu)
}

const pduWriter = new BerWriter()

/** A request as bytes of its own. */
export function requestPdu(requestId: number, request: Request): Buffer {
  pduWriter.reset()
  writeRequest(pduWriter, requestId, request)
  return Buffer.from(pduWriter.view())
}

const nothingAsked: readonly string[] = []

/** `asked`: the OIDs of a GET, which come back in their order as a rule; then they need not be decoded again. */
export function readResponse(reader: BerReader, asked: readonly string[] = nothingAsked): Response {
  const tag = reader.peek()
  if (tag !== pduTags.response && tag !== pduTags.report) throw new BerError(`not a response: 0x${tag.toString(16)}`)
  const pdu = reader.inside(tag)
  const requestId = pdu.integer()
  const status = pdu.integer()
  const errorIndex = pdu.integer()
  const varbinds = readVarbinds(pdu, asked)
  return { tag, requestId, errorStatus: status, errorIndex, varbinds, bytes: reader.buffer.length }
}

/** The list of variable bindings; `asked` as in `readResponse`. */
export function readVarbinds(pdu: BerReader, asked: readonly string[] = nothingAsked): Varbind[] {
  const list = pdu.inside(0x30)
  const varbinds: Varbind[] = []
  const expected = encodedOf(asked)
  while (!list.atEnd) {
    const at = varbinds.length
    if (at >= maxVarbinds) throw new BerError('too many variable bindings')
    const end = list.enter(0x30) + list.at
    varbinds.push(readVarbind(list, readOid(list, asked[at], expected[at])))
    if (list.at > end) throw new BerError('longer than its binding')
    list.at = end
  }
  return varbinds
}

/** The value of a varbind whose OID has been read. */
export function readVarbind(reader: BerReader, oid: string): Varbind {
  const tag = reader.peek()
  switch (tag) {
    case 0x02:
      return { oid, type: 'integer', value: reader.integer() }
    case 0x04:
      return { oid, type: 'octets', value: reader.octets() }
    case 0x05:
      reader.skip()
      return { oid, type: 'null' }
    case 0x06:
      return { oid, type: 'oid', value: readOid(reader) }
    case 0x40:
      return { oid, type: 'ip', value: [...reader.octets(0x40)].join('.') }
    case 0x41:
      return { oid, type: 'counter32', value: reader.unsigned(tag) }
    case 0x42:
      return { oid, type: 'gauge32', value: reader.unsigned(tag) }
    case 0x43:
      return { oid, type: 'timeticks', value: reader.unsigned(tag) }
    case 0x44:
      return { oid, type: 'opaque', value: reader.octets(tag) }
    case 0x46:
      return { oid, type: 'counter64', value: reader.unsigned64(tag) }
    case 0x80:
      return { oid, type: 'missing', why: 'noSuchObject' }
    case 0x81:
      return { oid, type: 'missing', why: 'noSuchInstance' }
    case 0x82:
      return { oid, type: 'missing', why: 'endOfMibView' }
    default:
      throw new BerError(`unknown type 0x${tag.toString(16)}`)
  }
}

/**
 * Some targets answer with an empty OID value; it stands for 0.0 (zeroDotZero). `text` is given back where its bytes are the ones
 * found.
 */
export function readOid(reader: BerReader, text?: string, bytes?: Buffer): string {
  const length = reader.enter(0x06)
  const start = reader.at
  reader.at += length
  if (length === 0) return '0.0'
  if (text !== undefined && bytes !== undefined && holds(reader.buffer, start, length, bytes)) return text
  return decodeOid(reader.buffer, start, start + length)
}

function holds(buffer: Buffer, start: number, length: number, bytes: Buffer): boolean {
  if (bytes.length !== length) return false
  // From the end: OIDs of one table differ in their last bytes.
  for (let i = length - 1; i >= 0; i -= 1) if (buffer[start + i] !== bytes[i]) return false
  return true
}
