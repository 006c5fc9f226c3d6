/**
 * A GET that is asked again and again: encoded once, and its answer read where it lies. Nearly every datagram of an agent is one,
 * so nothing is made anew for a value; whatever is not the plain case is left to the general reader (pdu.ts).
 */
import { BerReader, BerWriter } from './ber.ts'
import { pduTags, readVarbind, type Varbind, writeRequest } from './pdu.ts'

/** Positions are those in `pdu`, a whole GetRequest-PDU (RFC 3416 section 4.2.1). */
export type GetQuestion = {
  oids: readonly string[]
  pdu: Buffer
  /** of the four bytes of the request id */
  idAt: number
  /** of each OID, tag and length included */
  oidAt: readonly number[]
  oidEnd: readonly number[]
}

/** The values of an answer, in the order of the question. It is filled again by the next answer: use it at once, keep nothing. */
export type Answer = {
  count: number
  datagram: Buffer
  tags: Uint8Array
  /** of a whole number: its lower 32 bits (with its sign, where it has one) and what a counter of 64 bits has above them */
  lows: Float64Array
  highs: Float64Array
  /** where the varbind of each value lies in `datagram` */
  starts: Uint32Array
  ends: Uint32Array
}

/** Of a request id: all have four bytes, so that each fits where the one before was. */
export const leastId = 0x0100_0000
export const maxPerQuestion = 40

const writer = new BerWriter(16_384)
const answer: Answer = {
  count: 0,
  datagram: Buffer.alloc(0),
  tags: new Uint8Array(maxPerQuestion),
  lows: new Float64Array(maxPerQuestion),
  highs: new Float64Array(maxPerQuestion),
  starts: new Uint32Array(maxPerQuestion),
  ends: new Uint32Array(maxPerQuestion),
}

/** `oids`: at most 40. Throws BerError for what is no OID. */
export function prepareGet(oids: readonly string[]): GetQuestion {
  writer.reset()
  writeRequest(writer, leastId, { type: 'get', oids })
  const pdu = Buffer.from(writer.view())
  const reader = new BerReader(pdu).inside(pduTags.get)
  const idAt = reader.at + 2
  for (let i = 0; i < 3; i += 1) reader.skip()
  const list = reader.inside(0x30)
  const oidAt: number[] = []
  const oidEnd: number[] = []
  while (!list.atEnd) {
    const binding = list.inside(0x30)
    oidAt.push(binding.at)
    binding.skip()
    oidEnd.push(binding.at)
  }
  return { oids, pdu, idAt, oidAt, oidEnd }
}

const [integer, counter32, timeticks, counter64] = [0x02, 0x41, 0x43, 0x46]
const response = 0xa2

/** Whether a value with this tag is a whole number, held by `lows` and `highs`. */
export function isWhole(tag: number): boolean {
  return tag === integer || (tag >= counter32 && tag <= timeticks) || tag === counter64
}

/**
 * The answer to `question` whose PDU begins at `at`: null where it is not the plain one (an error, other OIDs or another order, a
 * length of more than 16 bits). Never throws.
 */
export function readAnswer(question: GetQuestion, datagram: Buffer, at: number): Answer | null {
  const { pdu, oidAt, oidEnd } = question
  const { tags, lows, highs, starts, ends } = answer
  const end = datagram.length
  const asked = oidAt.length
  if (datagram[at] !== response) return null
  let next = contentAt(datagram, at)
  next = afterShort(datagram, next)
  if (isNotZero(datagram, next)) return null
  next += 3
  if (isNotZero(datagram, next)) return null
  next += 3
  if (datagram[next] !== 0x30) return null
  next = contentAt(datagram, next)
  for (let i = 0; i < asked; i += 1) {
    if (datagram[next] !== 0x30) return null
    starts[i] = next
    next = contentAt(datagram, next)
    const from = oidAt[i] ?? 0
    const length = (oidEnd[i] ?? 0) - from
    // From the end: OIDs of one table differ in their last bytes.
    for (let k = length - 1; k >= 0; k -= 1) if (datagram[next + k] !== pdu[from + k]) return null
    next += length
    const tag = datagram[next] ?? 0
    const start = contentAt(datagram, next)
    const after = start + lengthAt(datagram, next)
    if (after > end) return null
    tags[i] = tag
    if (isWhole(tag)) {
      if (after === start || after - start > 9) return null
      readWhole(datagram, start, after, tag, i, lows, highs)
    }
    ends[i] = after
    next = after
  }
  answer.count = asked
  answer.datagram = datagram
  return answer
}

/** A value that is no whole number, or one for whom it matters what it is called. Throws BerError. */
export function varbindOf({ datagram, starts, ends }: Answer, i: number, oid: string): Varbind {
  const reader = new BerReader(datagram, starts[i] ?? 0, ends[i] ?? 0)
  const binding = reader.inside(0x30)
  binding.skip()
  return readVarbind(binding, oid)
}

function readWhole(
  from: Buffer,
  start: number,
  end: number,
  tag: number,
  i: number,
  lows: Float64Array,
  highs: Float64Array,
): void {
  let low = tag !== counter64 && (from[start] ?? 0) >= 0x80 ? -1 : 0
  let high = 0
  const lowStart = end - start > 4 ? end - 4 : start
  for (let at = start; at < lowStart; at += 1) high = high * 256 + (from[at] ?? 0)
  for (let at = lowStart; at < end; at += 1) low = (low << 8) | (from[at] ?? 0)
  lows[i] = tag === integer ? low : low >>> 0
  // A leading zero byte only says that the number is not negative; what 32-bit types have beyond it is cut off.
  highs[i] = tag === counter64 ? high % 2 ** 32 : 0
}

/** Of the value whose tag is at `at`: one to three bytes of length are read, longer ones cannot be inside a datagram. */
function lengthAt(from: Buffer, at: number): number {
  const first = from[at + 1] ?? 0
  if (first < 0x80) return first
  if (first === 0x81) return from[at + 2] ?? 0
  if (first === 0x82) return (from[at + 2] ?? 0) * 256 + (from[at + 3] ?? 0)
  return Number.MAX_SAFE_INTEGER
}

function contentAt(from: Buffer, at: number): number {
  const first = from[at + 1] ?? 0
  return at + (first < 0x80 ? 2 : 2 + (first & 0x7f))
}

function afterShort(from: Buffer, at: number): number {
  return at + 2 + (from[at + 1] ?? 0)
}

/** The integer of one byte, nought, as error-status and error-index are in the plain case. */
function isNotZero(from: Buffer, at: number): boolean {
  return from[at] !== integer || from[at + 1] !== 1 || from[at + 2] !== 0
}
