/** RTSP on the wire (RFC 2326, sections 4 to 7 and 10.12): what comes in one connection, cut into messages and packets. Pure. */
import { StewardError } from '@steward/shared/errors'

export type RtspResponse = {
  status: number
  reason: string
  headers: ReadonlyMap<string, readonly string[]>
  body: Buffer
}

export type Incoming =
  | { type: 'response'; sequence: number | null; response: RtspResponse }
  /** the device asks something itself (a keep-alive, an announcement) */
  | { type: 'request' }
  /** RTP or RTCP between the messages */
  | { type: 'packet'; channel: number; data: Buffer }

export type RtspReader = {
  /** All that has become whole with this piece. Throws StewardError `driver/protocol`; nothing can be read after that. */
  take(piece: Buffer): Incoming[]
}

const maxHeadBytes = 16_384
const maxBodyBytes = 65_536
const maxHeaders = 100
const dollar = 0x24
const prefixBytes = 4

/** `where`: address and port, for messages. */
export function createRtspReader(where: string): RtspReader {
  let pending: Buffer = Buffer.alloc(0)
  return {
    take(piece) {
      const found: Incoming[] = []
      let bytes = pending.length === 0 ? piece : Buffer.concat([pending, piece])
      for (;;) {
        bytes = bytes.subarray(blanksBefore(bytes))
        const next = bytes.length === 0 ? null : bytes[0] === dollar ? packetIn(bytes) : messageIn(bytes, where)
        if (next === null) break
        found.push(next.incoming)
        bytes = bytes.subarray(next.length)
      }
      // A copy: the rest is small, and what it was cut from is not.
      pending = Buffer.from(bytes)
      return found
    },
  }
}

/** Line ends before a message are to be passed over (RFC 7826, section 5). */
function blanksBefore(bytes: Buffer): number {
  let at = 0
  while (bytes[at] === 0x0d || bytes[at] === 0x0a) at += 1
  return at
}

type Cut = { incoming: Incoming; length: number } | null

function packetIn(bytes: Buffer): Cut {
  if (bytes.length < prefixBytes) return null
  const length = prefixBytes + bytes.readUInt16BE(2)
  if (bytes.length < length) return null
  return { incoming: { type: 'packet', channel: bytes[1] ?? 0, data: bytes.subarray(prefixBytes, length) }, length }
}

/** `RTSP/1.0 200 OK`, or `ANNOUNCE rtsp://… RTSP/1.0`. */
const startLine = /^(?:RTSP\/\d\.\d (\d{3}) ?(.*)|[A-Z][A-Z_]* \S+ RTSP\/\d\.\d)$/

function messageIn(bytes: Buffer, where: string): Cut {
  const text = bytes.subarray(0, maxHeadBytes).toString('latin1')
  // Told at once by its first letters, so that what is no RTSP is not waited for.
  if (!/^[A-Z][A-Z_]*(?:[ /]|$)/.test(text.slice(0, 24))) throw unreadable(where)
  const end = /\r?\n\r?\n/.exec(text)
  if (end === null) {
    if (bytes.length >= maxHeadBytes) throw unreadable(where)
    return null
  }
  const [first = '', ...lines] = text.slice(0, end.index).split(/\r?\n/)
  const start = startLine.exec(first)
  if (start === null || lines.length > maxHeaders) throw unreadable(where)
  const headers = headersOf(lines)
  const told = headers.get('content-length')?.[0] ?? '0'
  const bodyBytes = /^\d{1,6}$/.test(told) ? Number(told) : Number.POSITIVE_INFINITY
  if (bodyBytes > maxBodyBytes) throw unreadable(where)
  const bodyAt = end.index + end[0].length
  const length = bodyAt + bodyBytes
  if (bytes.length < length) return null
  if (start[1] === undefined) return { incoming: { type: 'request' }, length }
  const sequence = Number.parseInt(headers.get('cseq')?.[0] ?? '', 10)
  const response = {
    status: Number(start[1]),
    reason: (start[2] ?? '').trim().slice(0, 80),
    headers,
    body: Buffer.from(bytes.subarray(bodyAt, length)),
  }
  return { incoming: { type: 'response', sequence: Number.isNaN(sequence) ? null : sequence, response }, length }
}

/** Names in small letters. A line without a colon says nothing; one that begins with a blank goes on with the one before. */
function headersOf(lines: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>()
  let last: string[] | null = null
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (/^[ \t]/.test(line) && last !== null) last.push(`${last.pop() ?? ''} ${line.trim()}`)
    else if (colon > 0) {
      const name = line.slice(0, colon).trim().toLowerCase()
      last = headers.get(name) ?? []
      last.push(line.slice(colon + 1).trim())
      headers.set(name, last)
    }
  }
  return headers
}

export function writeRequest(
  method: string,
  uri: string,
  sequence: number,
  headers: Readonly<Record<string, string>>,
): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value.replace(/[\r\n]/g, '')}`)
  return [`${method} ${uri} RTSP/1.0`, `CSeq: ${sequence}`, 'User-Agent: steward-agent', ...lines, '', ''].join('\r\n')
}

function unreadable(where: string): StewardError {
  return new StewardError('driver/protocol', `${where} answered something that is not RTSP`)
}
