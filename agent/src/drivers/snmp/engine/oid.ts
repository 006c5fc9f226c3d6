/** Object identifiers (X.690 section 8.19; at most 128 arcs of 32 bits, RFC 2578 section 3.5) between text and bytes. */
import { BerError } from './ber.ts'

const maxArcs = 128
const pattern = /^\d+(?:\.\d+)+$/
const encoded = new Map<string, Buffer>()
const maxCached = 50_000

/** `1.3.6.1.2.1.1.3.0` (a leading dot is taken) → content bytes; the same few thousand are asked for all day, so they are kept. */
export function encodeOid(oid: string): Buffer {
  const known = encoded.get(oid)
  if (known !== undefined) return known
  const text = oid.startsWith('.') ? oid.slice(1) : oid
  const arcs = text.split('.').map(Number)
  const [first = 0, second = 0, ...rest] = arcs
  if (!pattern.test(text) || arcs.length > maxArcs || first > 2 || (first < 2 && second > 39))
    throw new BerError(`not an OID: ${oid}`)
  const bytes: number[] = []
  for (const arc of [first * 40 + second, ...rest]) {
    if (arc > 0xffff_ffff) throw new BerError(`not an OID: ${oid}`)
    for (let shift = 28; shift > 0; shift -= 7) {
      const high = Math.floor(arc / 2 ** shift)
      if (high > 0) bytes.push((high & 0x7f) | 0x80)
    }
    bytes.push(arc & 0x7f)
  }
  const result = Buffer.from(bytes)
  if (encoded.size >= maxCached) encoded.clear()
  encoded.set(oid, result)
  return result
}

/** What came before the last arc of the OID that was decoded last: in a walk that is the same for hundreds in a row. */
const before = { bytes: Buffer.alloc(640), length: 0, text: '', arcs: 0 }

/** Content bytes → dotted text. */
export function decodeOid(bytes: Buffer, start: number, end: number): string {
  if (start >= end) throw new BerError('empty OID')
  let last = end - 1
  if ((bytes[last] ?? 0) >= 0x80) throw new BerError('OID cut off')
  while (last > start && (bytes[last - 1] ?? 0) >= 0x80) last -= 1
  if (last === start) return arcsOf(bytes, start, end).join('.')
  if (!isAsBefore(bytes, start, last)) {
    const arcs = arcsOf(bytes, start, last)
    before.text = `${arcs.join('.')}.`
    before.arcs = arcs.length
    before.length = bytes.copy(before.bytes, 0, start, last)
  }
  if (before.arcs >= maxArcs) throw new BerError('OID too long')
  return before.text + arcOf(bytes, last, end)
}

function isAsBefore(bytes: Buffer, start: number, end: number): boolean {
  if (end - start !== before.length) return false
  // From the end: neighbours in the tree differ in their last arcs.
  for (let at = before.length - 1; at >= 0; at -= 1) if (bytes[start + at] !== before.bytes[at]) return false
  return true
}

/** Whole arcs only, the first byte pair taken apart (X.690 section 8.19.4). */
function arcsOf(bytes: Buffer, start: number, end: number): number[] {
  const arcs: number[] = []
  let from = start
  for (let at = start; at < end; at += 1) {
    if ((bytes[at] ?? 0) >= 0x80) continue
    const arc = arcOf(bytes, from, at + 1)
    from = at + 1
    if (arcs.length > 0) arcs.push(arc)
    else if (arc < 80) arcs.push(arc < 40 ? 0 : 1, arc % 40)
    else arcs.push(2, arc - 80)
    if (arcs.length > maxArcs) throw new BerError('OID too long')
  }
  return arcs
}

function arcOf(bytes: Buffer, start: number, end: number): number {
  let arc = 0
  for (let at = start; at < end; at += 1) {
    arc = arc * 128 + ((bytes[at] ?? 0) & 0x7f)
    if (arc > 0x1_0000_0000 + 80) throw new BerError('OID arc too large')
  }
  return arc
}

const dot = 0x2e

/** Order of the tree: arc by arc as numbers (no leading zeros); negative when `a` comes first. Asked for every row of a walk. */
export function compareOids(a: string, b: string): number {
  const shared = Math.min(a.length, b.length)
  let at = 0
  while (at < shared && a.charCodeAt(at) === b.charCodeAt(at)) at += 1
  // The longer one goes on with more digits or more arcs: later in the tree either way.
  if (at === shared) return a.length - b.length
  const moreDigits = digitsFrom(a, at) - digitsFrom(b, at)
  return moreDigits === 0 ? a.charCodeAt(at) - b.charCodeAt(at) : moreDigits
}

function digitsFrom(oid: string, from: number): number {
  let at = from
  while (at < oid.length && oid.charCodeAt(at) !== dot) at += 1
  return at - from
}

export function isBelow(oid: string, root: string): boolean {
  return oid.length > root.length && oid.charCodeAt(root.length) === dot && oid.startsWith(root)
}
