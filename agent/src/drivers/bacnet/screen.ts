/**
 * Which packets may reach the library: answers and I-Am, whole in themselves (ASHRAE 135, annex J.2, clauses 6.2, 20.1 and 20.2.1). It
 * believes every length, and would take gigabytes for one that lies; and it is a server too, for which there is no use here.
 */

const functions = { forwarded: 0x04, unicast: 0x0a, broadcast: 0x0b } as const
const control = { networkMessage: 0x80, destination: 0x20, source: 0x08 } as const
const kinds = { unconfirmed: 1, simpleAck: 2, complexAck: 3, error: 5, reject: 6, abort: 7 } as const
const iAm = 0
const unconfirmedChange = 2
const [segmented, moreFollows] = [0x08, 0x04]
/** Of an acknowledgement before its values: kind, number of the question, service; in a segment its number and the window, too. */
const headBytes = { whole: 3, segment: 5 } as const

/** `mayPass` is asked about every packet in turn, since segments are judged together with those before them. */
export function createScreen(): { mayPass(packet: Buffer): boolean } {
  let segments: Buffer[] = []

  const isWholeWith = (packet: Buffer, at: number): boolean => {
    const number = packet[at + 2] ?? 0
    if (number === 0) segments = []
    // The library takes segments in their order only; the device sends again what was passed over.
    if (number !== segments.length) return false
    segments.push(packet.subarray(at + headBytes.segment))
    if (((packet[at] ?? 0) & moreFollows) !== 0) return true
    const values = Buffer.concat(segments)
    segments = []
    return fits(values, 0)
  }

  return {
    mayPass(packet) {
      const at = apduAt(packet)
      const first = packet[at] ?? 0
      switch (first >> 4) {
        case kinds.unconfirmed:
          return packet[at + 1] === iAm && fits(packet, at + 2)
        case kinds.complexAck:
          return (first & segmented) === 0 ? fits(packet, at + headBytes.whole) : isWholeWith(packet, at)
        case kinds.error:
          return fits(packet, at + headBytes.whole)
        case kinds.simpleAck:
        case kinds.reject:
        case kinds.abort:
          return packet.length >= at + headBytes.whole
        default:
          return false
      }
    },
  }
}

/** A notification that a value changed (clause 13.7), whole in itself. It never reaches the library: that it came is all that counts. */
export function isChange(packet: Buffer): boolean {
  const at = apduAt(packet)
  const isUnconfirmed = (packet[at] ?? 0) >> 4 === kinds.unconfirmed
  return isUnconfirmed && packet[at + 1] === unconfirmedChange && fits(packet, at + 2)
}

/** Where the APDU begins; at the end of the packet where there is none. */
function apduAt(packet: Buffer): number {
  const is = packet[1]
  if (is !== functions.unicast && is !== functions.broadcast && is !== functions.forwarded) return packet.length
  const npduAt = is === functions.forwarded ? 10 : 4
  const flags = packet[npduAt + 1] ?? 0
  if ((flags & control.networkMessage) !== 0) return packet.length
  let at = npduAt + 2
  // A network's number, the length of an address in it, and the address; behind both of them the hops that are left.
  if ((flags & control.destination) !== 0) at += 3 + (packet[at + 2] ?? 0)
  if ((flags & control.source) !== 0) at += 3 + (packet[at + 2] ?? 0)
  return (flags & control.destination) !== 0 ? at + 1 : at
}

/** Types above the lengths: what opens a list of values, and above it what closes one. */
const [opening, longLength, longTag] = [6, 5, 15]
const boolean = 1
/** How long a value of each application tag is, least and most (clauses 20.2.2 to 20.2.14); a boolean lies in its tag. */
const lengths: readonly (readonly [number, number])[] = [
  ...([
    [0, 0],
    [0, 1],
    [1, 8],
    [1, 8],
    [4, 4],
    [8, 8],
  ] as const),
  ...([
    [0, 65_535],
    [1, 65_535],
    [1, 65_535],
    [1, 4],
    [4, 4],
    [4, 4],
    [4, 4],
  ] as const),
]
const deepest = 16

/** Whether every value is of a length that it may have, ends where the packet has not ended yet, and whatever is opened is closed. */
function fits(packet: Buffer, from: number): boolean {
  let at = from
  let depth = 0
  while (at < packet.length) {
    const first = packet[at] ?? 0
    const isContext = (first & 0x08) !== 0
    const type = first & 0x07
    const tag = first >> 4
    at += tag === longTag ? 2 : 1
    if (type >= opening) {
      depth += type === opening ? 1 : -1
      if (!isContext || depth < 0 || depth > deepest) return false
      continue
    }
    const told = type === longLength ? lengthAt(packet, at) : { length: type, next: at }
    const [least, most] = isContext ? [0, 65_535] : (lengths[tag] ?? [1, 0])
    if (told === null || told.length < least || told.length > most) return false
    at = told.next + (!isContext && tag === boolean ? 0 : told.length)
  }
  return at === packet.length && depth === 0
}

/** A length that does not fit into its tag (clause 20.2.1.3.1). */
function lengthAt(packet: Buffer, at: number): { length: number; next: number } | null {
  const first = packet[at] ?? 0
  if (first < 254) return { length: first, next: at + 1 }
  const width = first === 254 ? 2 : 4
  return at + 1 + width > packet.length ? null : { length: packet.readUIntBE(at + 1, width), next: at + 1 + width }
}
