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

/** Content bytes → dotted text. */
export function decodeOid(bytes: Buffer, start: number, end: number): string {
  if (start >= end) throw new BerError('empty OID')
  let text = ''
  let arc = 0
  let arcs = 0
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i] ?? 0
    arc = arc * 128 + (byte & 0x7f)
    if (arc > 0x1_0000_0000 + 80) throw new BerError('OID arc too large')
    if (byte >= 0x80) {
      if (i === end - 1) throw new BerError('OID cut off')
      continue
    }
    if (arcs === 0) {
      const first = arc < 40 ? 0 : arc < 80 ? 1 : 2
      text = `${first}.${arc - first * 40}`
    } else {
      text += `.${arc}`
    }
    arcs += 1
    arc = 0
    if (arcs >= maxArcs) throw new BerError('OID too long')
  }
  return text
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
  return oid.startsWith(`${root}.`)
}
