/** How large pictures are, out of sequence parameter sets (H.264, section 7.3.2.1.1; H.265, section 7.3.2.2.1). Pure. */

export type PictureSize = { width: number; height: number }

const mostPixels = 16_384
/** A parameter set is some dozens of bytes. */
const maxBytes = 1024

type Bits = { bit(): number; bits(count: number): number; golomb(): number; skip(count: number): void }

/** Reads past the end throw; who reads catches that once. */
class EndOfBits extends Error {}

function bitsOf(unit: Buffer, headerBytes: number): Bits {
  const bytes = withoutEmulation(unit.subarray(headerBytes, maxBytes))
  let at = 0
  const bit = (): number => {
    const byte = bytes[at >> 3]
    if (byte === undefined) throw new EndOfBits()
    const value = (byte >> (7 - (at & 7))) & 1
    at += 1
    return value
  }
  const bits = (count: number): number => {
    let value = 0
    for (let i = 0; i < count; i += 1) value = value * 2 + bit()
    return value
  }
  return {
    bit,
    bits,
    golomb() {
      let zeros = 0
      while (bit() === 0) {
        zeros += 1
        if (zeros > 31) throw new EndOfBits()
      }
      return 2 ** zeros - 1 + bits(zeros)
    },
    skip(count) {
      at += count
    },
  }
}

/** `00 00 03` stands for `00 00` (H.264, section 7.4.1). */
function withoutEmulation(bytes: Buffer): number[] {
  const plain: number[] = []
  let zeros = 0
  for (const byte of bytes) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0
      continue
    }
    zeros = byte === 0 ? zeros + 1 : 0
    plain.push(byte)
  }
  return plain
}

function sized(read: () => PictureSize): PictureSize | null {
  try {
    const { width, height } = read()
    const isSound = width > 0 && height > 0 && width <= mostPixels && height <= mostPixels
    return isSound ? { width, height } : null
  } catch (error) {
    if (error instanceof EndOfBits) return null
    throw error
  }
}

/** Profiles that tell more of colours before the rest. */
const highProfiles = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]

/** Null: it cannot be read. */
export function sizeInH264(unit: Buffer): PictureSize | null {
  return sized(() => {
    const from = bitsOf(unit, 1)
    const profile = from.bits(8)
    from.skip(16)
    from.golomb()
    const chroma = highProfiles.includes(profile) ? chromaOf(from) : { format: 1, isSeparate: false }
    from.golomb()
    skipOrder(from)
    from.golomb()
    from.skip(1)
    const width = (from.golomb() + 1) * 16
    const mapUnits = from.golomb() + 1
    const isFrames = from.bit() === 1
    if (!isFrames) from.skip(1)
    from.skip(1)
    const crop = from.bit() === 1 ? cropOf(from) : { left: 0, right: 0, top: 0, bottom: 0 }
    const isGrey = chroma.format === 0 || chroma.isSeparate
    const across = isGrey || chroma.format === 3 ? 1 : 2
    const down = (isGrey || chroma.format !== 1 ? 1 : 2) * (isFrames ? 1 : 2)
    return {
      width: width - (crop.left + crop.right) * across,
      height: mapUnits * 16 * (isFrames ? 1 : 2) - (crop.top + crop.bottom) * down,
    }
  })
}

function cropOf(from: Bits) {
  return { left: from.golomb(), right: from.golomb(), top: from.golomb(), bottom: from.golomb() }
}

function chromaOf(from: Bits): { format: number; isSeparate: boolean } {
  const format = from.golomb()
  const isSeparate = format === 3 && from.bit() === 1
  from.golomb()
  from.golomb()
  from.skip(1)
  if (from.bit() === 1) skipScalingLists(from, format === 3 ? 12 : 8)
  return { format, isSeparate }
}

function skipScalingLists(from: Bits, lists: number): void {
  for (let list = 0; list < lists; list += 1) {
    const isThere = from.bit() === 1
    if (isThere) skipScaling(from, list < 6 ? 16 : 64)
  }
}

function skipScaling(from: Bits, count: number): void {
  let last = 8
  let next = 8
  for (let i = 0; i < count; i += 1) {
    if (next !== 0) next = (last + signed(from.golomb()) + 256) % 256
    last = next === 0 ? last : next
  }
}

function signed(code: number): number {
  return code % 2 === 0 ? -code / 2 : (code + 1) / 2
}

function skipOrder(from: Bits): void {
  const type = from.golomb()
  if (type === 0) from.golomb()
  if (type !== 1) return
  from.skip(1)
  from.golomb()
  from.golomb()
  const count = Math.min(from.golomb(), 255)
  for (let i = 0; i < count; i += 1) from.golomb()
}

/** Null: it cannot be read. */
export function sizeInH265(unit: Buffer): PictureSize | null {
  return sized(() => {
    const from = bitsOf(unit, 2)
    from.skip(4)
    const subLayers = from.bits(3)
    from.skip(1)
    skipProfile(from, subLayers)
    from.golomb()
    const format = from.golomb()
    if (format === 3) from.skip(1)
    const width = from.golomb()
    const height = from.golomb()
    const crop = from.bit() === 1 ? cropOf(from) : { left: 0, right: 0, top: 0, bottom: 0 }
    const across = format === 1 || format === 2 ? 2 : 1
    const down = format === 1 ? 2 : 1
    return { width: width - (crop.left + crop.right) * across, height: height - (crop.top + crop.bottom) * down }
  })
}

/** profile_tier_level (H.265, section 7.3.3). */
function skipProfile(from: Bits, subLayers: number): void {
  from.skip(88 + 8)
  const told = Array.from({ length: subLayers }, () => ({ profile: from.bit() === 1, level: from.bit() === 1 }))
  if (subLayers > 0) from.skip(2 * (8 - subLayers))
  for (const { profile, level } of told) from.skip((profile ? 88 : 0) + (level ? 8 : 0))
}
