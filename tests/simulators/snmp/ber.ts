/** The part of BER (ITU-T X.690) that SNMP is written in. */

export type Oid = readonly number[]
export type Tlv = { tag: number; from: number; to: number }

export const tags = {
  integer: 0x02,
  octets: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
  ipAddress: 0x40,
  counter32: 0x41,
  gauge32: 0x42,
  timeTicks: 0x43,
  counter64: 0x46,
  noSuchObject: 0x80,
  noSuchInstance: 0x81,
  endOfMibView: 0x82,
} as const

/** Throws RangeError for what is cut off or larger than what is around it. */
export function readTlv(bytes: Buffer, at: number, end = bytes.length): Tlv {
  if (at + 2 > end) throw new RangeError('cut off')
  const tag = bytes.readUInt8(at)
  let from = at + 2
  let length = bytes.readUInt8(at + 1)
  if (length >= 0x80) {
    const size = length & 0x7f
    if (size < 1 || size > 3 || from + size > end) throw new RangeError('length of a kind that is not taken')
    length = bytes.readUIntBE(from, size)
    from += size
  }
  if (from + length > end) throw new RangeError('longer than what holds it')
  return { tag, from, to: from + length }
}

/** What stands inside a constructed value, one after the other. */
export function childrenOf(bytes: Buffer, { from, to }: Tlv): Tlv[] {
  const found: Tlv[] = []
  for (let at = from; at < to; ) {
    const child = readTlv(bytes, at, to)
    found.push(child)
    at = child.to
  }
  return found
}

export function bytesOf(bytes: Buffer, { from, to }: Tlv): Buffer {
  return bytes.subarray(from, to)
}

export function readInteger(bytes: Buffer, { from, to }: Tlv): number {
  if (to - from < 1 || to - from > 5) throw new RangeError('integer of a size that is not taken')
  return bytes.readIntBE(from, to - from)
}

export function readOid(bytes: Buffer, { from, to }: Tlv): Oid {
  const first = bytes[from] ?? 0
  const arcs = [Math.min(2, Math.floor(first / 40)), first - 40 * Math.min(2, Math.floor(first / 40))]
  let arc = 0
  for (let at = from + 1; at < to; at += 1) {
    const byte = bytes[at] ?? 0
    arc = arc * 128 + (byte & 0x7f)
    if (byte < 0x80) {
      arcs.push(arc)
      arc = 0
    }
  }
  return arcs
}

export function tlv(tag: number, ...parts: Buffer[]): Buffer {
  const length = parts.reduce((sum, it) => sum + it.length, 0)
  const head =
    length < 0x80
      ? Buffer.from([tag, length])
      : length < 0x100
        ? Buffer.from([tag, 0x81, length])
        : Buffer.from([tag, 0x82, length >> 8, length & 0xff])
  return Buffer.concat([head, ...parts])
}

export function integer(value: number): Buffer {
  const bytes = Buffer.alloc(5)
  bytes.writeIntBE(value, 0, 5)
  let from = 0
  // As short as the sign allows.
  while (
    from < 4 &&
    (bytes[from] === 0 || bytes[from] === 0xff) &&
    bytes[from] === ((bytes[from + 1] ?? 0) & 0x80 ? 0xff : 0)
  )
    from += 1
  return tlv(tags.integer, bytes.subarray(from))
}

/** Counters, gauges and ticks: never negative, so a leading zero where the first bit is set. */
export function unsigned(tag: number, value: number | bigint): Buffer {
  const hex = BigInt(value).toString(16)
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  return (bytes[0] ?? 0) >= 0x80 ? tlv(tag, Buffer.from([0]), bytes) : tlv(tag, bytes)
}

export function octets(value: Buffer | string): Buffer {
  return tlv(tags.octets, typeof value === 'string' ? Buffer.from(value) : value)
}

export function oid(arcs: Oid): Buffer {
  const [first = 0, second = 0, ...rest] = arcs
  return tlv(tags.oid, Buffer.from([...base128(first * 40 + second), ...rest.flatMap(base128)]))
}

function base128(arc: number): number[] {
  const bytes = [arc % 128]
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(0x80 | (rest % 128))
  return bytes
}

export function parseOid(text: string): Oid {
  return text.split('.').map(Number)
}

/** Lexicographical order (RFC 3416, section 4.2.2). */
export function compareOids(a: Oid, b: Oid): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
