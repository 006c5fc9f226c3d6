/** What one RTP payload holds of a picture: whether it stands alone, and how large pictures are. Pure. */
import { type PictureSize, sizeInH264, sizeInH265 } from './parameter-sets.ts'

/** `isKey`: of a picture that needs no other; null where the codec does not tell. */
export type Piece = { isKey: boolean | null; size: PictureSize | null }

const nothing: Piece = { isKey: false, size: null }
const unknown: Piece = { isKey: null, size: null }

export function pieceOf(encoding: string, payload: Buffer): Piece {
  switch (encoding) {
    case 'H264':
      return h264(payload)
    case 'H265':
    case 'HEVC':
      return h265(payload)
    case 'JPEG':
      return jpeg(payload)
    default:
      return unknown
  }
}

/** From a parameter set that was told outside the stream. */
export function sizeInParameterSet(encoding: string, unit: Buffer): PictureSize | null {
  if (encoding === 'H264') return h264Unit(unit).size
  return encoding === 'H265' || encoding === 'HEVC' ? h265Unit(unit).size : null
}

const h264Types = { idr: 5, sps: 7, stapA: 24, stapB: 25, fuA: 28, fuB: 29 } as const

/** RFC 6184, section 5: single units, aggregates (STAP) and fragments (FU). */
function h264(payload: Buffer): Piece {
  const [first = 0, second = 0] = payload
  const type = first & 0x1f
  if (type === h264Types.stapA) return aggregate(payload.subarray(1), h264Unit)
  // A decoding order number stands before the units.
  if (type === h264Types.stapB) return aggregate(payload.subarray(3), h264Unit)
  if (type === h264Types.fuA || type === h264Types.fuB)
    return payload.length < 2 ? nothing : { isKey: (second & 0x1f) === h264Types.idr, size: null }
  return h264Unit(payload)
}

function h264Unit(unit: Buffer): Piece {
  const type = (unit[0] ?? 0) & 0x1f
  if (type === h264Types.sps) return { isKey: false, size: sizeInH264(unit) }
  return { isKey: type === h264Types.idr, size: null }
}

const h265Types = { firstKey: 16, lastKey: 21, sps: 33, aggregate: 48, fragment: 49 } as const

/** RFC 7798, section 4.4. Any picture of random access counts (BLA, IDR, CRA). */
function h265(payload: Buffer): Piece {
  const type = ((payload[0] ?? 0) >> 1) & 0x3f
  if (type === h265Types.aggregate) return aggregate(payload.subarray(2), h265Unit)
  if (type === h265Types.fragment)
    return payload.length < 3 ? nothing : { isKey: isH265Key((payload[2] ?? 0) & 0x3f), size: null }
  return h265Unit(payload)
}

function h265Unit(unit: Buffer): Piece {
  const type = ((unit[0] ?? 0) >> 1) & 0x3f
  if (type === h265Types.sps) return { isKey: false, size: sizeInH265(unit) }
  return { isKey: isH265Key(type), size: null }
}

function isH265Key(type: number): boolean {
  return type >= h265Types.firstKey && type <= h265Types.lastKey
}

/** Units one after the other, each behind its length. */
function aggregate(units: Buffer, read: (unit: Buffer) => Piece): Piece {
  const found: Piece = { ...nothing }
  for (let at = 0; at + 2 <= units.length; ) {
    const end = at + 2 + units.readUInt16BE(at)
    if (end > units.length || end === at + 2) break
    const piece = read(units.subarray(at + 2, end))
    found.isKey ||= piece.isKey
    found.size ??= piece.size
    at = end
  }
  return found
}

/** RFC 2435, section 3.1: each picture stands alone; width and height in blocks of 8. */
function jpeg(payload: Buffer): Piece {
  const [width = 0, height = 0] = payload.subarray(6, 8)
  return { isKey: true, size: width === 0 || height === 0 ? null : { width: width * 8, height: height * 8 } }
}
