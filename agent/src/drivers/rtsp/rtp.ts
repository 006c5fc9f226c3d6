/** RTP packets (RFC 3550, section 5.1). Pure. */

export type RtpPacket = {
  marker: boolean
  sequence: number
  timestamp: number
  source: number
  payload: Buffer
}

const fixedBytes = 12

/** Null: it is no RTP of version 2, or cut short. */
export function parseRtp(bytes: Buffer): RtpPacket | null {
  const [flags = 0, second = 0] = bytes
  if (bytes.length < fixedBytes || flags >> 6 !== 2) return null
  let start = fixedBytes + (flags & 0x0f) * 4
  if ((flags & 0x10) !== 0) {
    if (bytes.length < start + 4) return null
    start += 4 + bytes.readUInt16BE(start + 2) * 4
  }
  const padding = (flags & 0x20) === 0 ? 0 : (bytes[bytes.length - 1] ?? 0)
  const end = bytes.length - padding
  if (start > end) return null
  return {
    marker: (second & 0x80) !== 0,
    sequence: bytes.readUInt16BE(2),
    timestamp: bytes.readUInt32BE(4),
    source: bytes.readUInt32BE(8),
    payload: bytes.subarray(start, end),
  }
}
