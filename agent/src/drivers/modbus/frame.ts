/** Modbus TCP frames (Modbus Messaging on TCP/IP V1.0b, section 3.1; Application Protocol V1.1b3). */
import { StewardError } from '@steward/shared/errors'

export type Table = 'holding' | 'input' | 'coil' | 'discrete'

const readFunctions: Record<Table, number> = { coil: 1, discrete: 2, holding: 3, input: 4 }
const headerBytes = 7
const maxPduBytes = 253
const deviceIdentification = 0x2b
const identificationType = 0x0e
const reportServerId = 0x11

/** Application Protocol section 7. */
const exceptionNames: Record<number, string> = {
  1: 'it does not know this function',
  2: 'it has no such address',
  3: 'it does not take this value',
  4: 'it failed while answering',
  5: 'it needs longer',
  6: 'it is busy',
  8: 'its memory is faulty',
  10: 'the gateway has no path to this unit',
  11: 'the gateway got no answer from this unit',
}

/** The device answered with an exception. `isSilence`: a gateway says that the unit itself did not answer. */
export class ModbusException extends Error {
  readonly exception: number
  readonly isSilence: boolean
  constructor(exception: number) {
    super(exceptionNames[exception] ?? `exception ${exception}`)
    this.exception = exception
    this.isSilence = exception === 10 || exception === 11
  }
}

/** Whether the unit itself answered, and not a gateway in its place. */
export function isFromUnit(pdu: Buffer): boolean {
  const isException = pdu.length > 1 && (pdu.readUInt8(0) & 0x80) !== 0
  return !isException || !new ModbusException(pdu.readUInt8(1)).isSilence
}

export function readRequest(table: Table, address: number, count: number): Buffer {
  const pdu = Buffer.alloc(5)
  pdu.writeUInt8(readFunctions[table], 0)
  pdu.writeUInt16BE(address, 1)
  pdu.writeUInt16BE(count, 3)
  return pdu
}

/** Read Device Identification (section 6.21): which objects, as a stream from `object` on, or that one alone. */
export const identificationAccess = { basic: 1, regular: 2, extended: 3, individual: 4 } as const
export function identificationRequest(object: number, access: number = identificationAccess.basic): Buffer {
  return Buffer.from([deviceIdentification, identificationType, access, object])
}

/** Report Server ID (section 6.13). */
export const serverIdRequest: Buffer = Buffer.from([reportServerId])

export function frameOf(transaction: number, unit: number, pdu: Buffer): Buffer {
  const header = Buffer.alloc(headerBytes)
  header.writeUInt16BE(transaction, 0)
  header.writeUInt16BE(pdu.length + 1, 4)
  header.writeUInt8(unit, 6)
  return Buffer.concat([header, pdu])
}

export type Frame = { transaction: number; unit: number; pdu: Buffer }

/** The first whole frame of what has come, and the rest; null while it is not whole. Throws `driver/protocol` for what is no frame. */
export function takeFrame(bytes: Buffer): { frame: Frame; rest: Buffer } | null {
  if (bytes.length < headerBytes) return null
  const length = bytes.readUInt16BE(4)
  if (bytes.readUInt16BE(2) !== 0 || length < 2 || length > maxPduBytes + 1)
    throw new StewardError('driver/protocol', 'what it sent is not Modbus TCP')
  if (bytes.length < 6 + length) return null
  const frame = { transaction: bytes.readUInt16BE(0), unit: bytes.readUInt8(6), pdu: bytes.subarray(7, 6 + length) }
  return { frame, rest: bytes.subarray(6 + length) }
}

/** The answer's data. Throws ModbusException, or StewardError `driver/protocol` for an answer that does not fit the question. */
export function dataOf(request: Buffer, answer: Buffer): Buffer {
  const asked = request.readUInt8(0)
  if (answer.readUInt8(0) === (asked | 0x80)) throw new ModbusException(answer.length > 1 ? answer.readUInt8(1) : 0)
  if (answer.readUInt8(0) !== asked) throw new StewardError('driver/protocol', 'it answered another function')
  if (asked === deviceIdentification) return answer.subarray(1)
  if (asked === reportServerId) return counted(answer)
  const count = request.readUInt16BE(3)
  const expected = asked <= 2 ? Math.ceil(count / 8) : count * 2
  if (answer.length !== expected + 2 || answer.readUInt8(1) !== expected)
    throw new StewardError('driver/protocol', `it sent ${answer.length - 2} bytes where ${expected} were asked for`)
  return answer.subarray(2)
}

/** As many bytes as the answer says that it has. */
function counted(answer: Buffer): Buffer {
  const length = answer.length > 1 ? answer.readUInt8(1) : -1
  if (length !== answer.length - 2)
    throw new StewardError('driver/protocol', 'it sent an answer of another length than it says')
  return answer.subarray(2)
}

/** Objects of an identification answer: id → text; `next` where more follow, `conformity` what it can tell. */
export type Identification = { objects: Map<number, string>; next: number | null; conformity: number }
export function identificationOf(data: Buffer): Identification {
  const objects = new Map<number, string>()
  if (data.length < 6) return { objects, next: null, conformity: 0 }
  const more = data.readUInt8(3) === 0xff ? data.readUInt8(4) : null
  let at = 6
  for (let left = data.readUInt8(5); left > 0 && at + 2 <= data.length; left -= 1) {
    const length = data.readUInt8(at + 1)
    objects.set(data.readUInt8(at), textOf(data.subarray(at + 2, at + 2 + length)))
    at += 2 + length
  }
  return { objects, next: more, conformity: data.readUInt8(2) }
}

/** For people: without control characters, and no longer than a name. */
function textOf(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 200)
}

/** The printable words in a server's own description of itself, which has no fixed shape (section 6.13). */
export function serverIdOf(data: Buffer): string {
  const words = data.toString('latin1').match(/[\x20-\x7e]{3,}/g) ?? []
  return words
    .map((it) => it.trim())
    .filter((it) => it !== '')
    .join(' ')
    .slice(0, 200)
}
