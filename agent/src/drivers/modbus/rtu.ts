/** Modbus RTU frames (Modbus over Serial Line V1.02, section 2.5.1), on a serial line or passed on over TCP. */
import { StewardError } from '@steward/shared/errors'
import type { Frame } from './frame.ts'

const checksumBytes = 2
/** Unit, function and exception code. */
const exceptionBytes = 3
const maxFrameBytes = 256

/** Section 6.2.2: polynomial 0xA001, the lower byte is sent first. */
export function checksum(bytes: Uint8Array): number {
  let sum = 0xffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit += 1) sum = (sum & 1) === 1 ? (sum >> 1) ^ 0xa001 : sum >> 1
  }
  return sum
}

export function rtuFrame(unit: number, pdu: Buffer): Buffer {
  const frame = Buffer.concat([Buffer.from([unit]), pdu, Buffer.alloc(checksumBytes)])
  frame.writeUInt16LE(checksum(frame.subarray(0, -checksumBytes)), frame.length - checksumBytes)
  return frame
}

/**
 * The first whole answer of what has come, and the rest; null while it is not whole. `sent`: the question, which some converters
 * send back as an echo. Throws `driver/protocol` for a wrong checksum, and for what can be no answer.
 */
export function takeRtuFrame(bytes: Buffer, sent: Buffer | null): { frame: Frame; rest: Buffer } | null {
  if (sent !== null && bytes.length >= sent.length && bytes.subarray(0, sent.length).equals(sent))
    return takeRtuFrame(bytes.subarray(sent.length), null)
  const body = bodyBytes(bytes)
  if (body === null) return null
  const whole = body + checksumBytes
  if (whole > maxFrameBytes) throw new StewardError('driver/protocol', 'what it sent is no Modbus RTU answer')
  if (bytes.length < whole) return null
  if (checksum(bytes.subarray(0, body)) !== bytes.readUInt16LE(body))
    throw new StewardError(
      'driver/protocol',
      'the checksum of its answer is wrong: noise on the line, or two units with one number',
    )
  const frame = { transaction: 0, unit: bytes.readUInt8(0), pdu: bytes.subarray(1, body) }
  return { frame, rest: bytes.subarray(whole) }
}

/** How long an answer is without its checksum; null while that is not told. No frame says its length itself. */
function bodyBytes(bytes: Buffer): number | null {
  if (bytes.length < exceptionBytes) return null
  const code = bytes.readUInt8(1)
  if ((code & 0x80) !== 0) return exceptionBytes
  switch (code) {
    case 0x01:
    case 0x02:
    case 0x03:
    case 0x04:
    case 0x11:
      return 3 + bytes.readUInt8(2)
    case 0x2b:
      return identificationBytes(bytes)
    default:
      throw new StewardError('driver/protocol', 'what it sent is no Modbus RTU answer')
  }
}

/** Unit, function, kind, code, conformity, more, next, number of objects; then the objects (Application Protocol, section 6.21). */
function identificationBytes(bytes: Buffer): number | null {
  let at = 8
  if (bytes.length < at) return null
  for (let left = bytes.readUInt8(7); left > 0; left -= 1) {
    if (bytes.length < at + 2) return at > maxFrameBytes ? at : null
    at += 2 + bytes.readUInt8(at + 1)
  }
  return at
}
