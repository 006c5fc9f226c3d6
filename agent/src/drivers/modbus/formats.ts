/** Number formats: how many registers each takes, and what their bytes say. */
import type { ModbusRegister } from '@steward/shared/model'
import type { z } from 'zod'

export type Register = z.infer<typeof ModbusRegister>
export type Format = Register['format']

const words: Record<Format, number> = {
  u16: 1,
  s16: 1,
  bit: 1,
  bcd16: 1,
  u32: 2,
  s32: 2,
  f32: 2,
  bcd32: 2,
  mod10k32: 2,
  mod10k48: 3,
  u64: 4,
  s64: 4,
  f64: 4,
  bcd64: 4,
  mod10k64: 4,
  string: 16,
}

/** How many registers a value takes. */
export function wordsOf(format: Format, length?: number): number {
  return format === 'string' ? (length ?? words.string) : words[format]
}

/** What the bytes say, highest first; null for what is no such number. */
export function numberIn(format: Exclude<Format, 'string'>, bytes: Buffer): number | bigint | null {
  switch (format) {
    case 'u16':
      return bytes.readUInt16BE()
    case 's16':
      return bytes.readInt16BE()
    case 'u32':
      return bytes.readUInt32BE()
    case 's32':
      return bytes.readInt32BE()
    case 'u64':
      return bytes.readBigUInt64BE()
    case 's64':
      return bytes.readBigInt64BE()
    case 'f32':
      // A 32-bit float has seven digits; more would be noise of the wider format.
      return Number(bytes.readFloatBE().toPrecision(7))
    case 'f64':
      return bytes.readDoubleBE()
    case 'bit':
      return bytes.readUInt16BE() === 0 ? 0 : 1
    case 'bcd16':
    case 'bcd32':
    case 'bcd64':
      return decimalIn(bytes)
    default:
      return tenThousandsIn(bytes)
  }
}

/** A digit in each half byte; 0xA and above is none. */
function decimalIn(bytes: Buffer): number | null {
  const digits = bytes.toString('hex')
  return /^\d+$/.test(digits) ? Number(digits) : null
}

/** Each word counts ten thousand of the next, as energy meters write long counts (mod 10k). */
function tenThousandsIn(bytes: Buffer): number | null {
  let sum = 0
  for (let at = 0; at + 2 <= bytes.length; at += 2) {
    const word = bytes.readUInt16BE(at)
    if (word > 9999) return null
    sum = sum * 10_000 + word
  }
  return sum
}

const maxTextLength = 200

/** Text up to the first NUL, without what cannot be printed; null where there is none. */
export function textIn(bytes: Buffer): string | null {
  const end = bytes.indexOf(0)
  const text = (end < 0 ? bytes : bytes.subarray(0, end))
    .toString('utf8')
    .replace(/[\p{Cc}\ufffd]/gu, '')
    .trim()
    .slice(0, maxTextLength)
  return text === '' ? null : text
}

/** The bytes of a value with the highest first, however the device orders its words and the bytes in them. */
export function inOrder(
  bytes: Buffer,
  order: { wordOrder: 'big' | 'little'; byteOrder?: 'big' | 'little' | undefined },
): Buffer {
  if (order.wordOrder === 'big' && order.byteOrder !== 'little') return bytes
  const turned = Buffer.from(bytes)
  if (order.byteOrder === 'little' && turned.length % 2 === 0) turned.swap16()
  if (order.wordOrder === 'big') return turned
  const moved = Buffer.alloc(turned.length)
  for (let at = 0; at + 2 <= turned.length; at += 2) turned.copy(moved, turned.length - 2 - at, at, at + 2)
  return moved
}
