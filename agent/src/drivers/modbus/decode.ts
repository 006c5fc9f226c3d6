/** Register contents to values, in all number formats and both word orders. */
import type { PointValue } from '@steward/shared/model'
import { type Block, isBits, type Register, widthOf } from './read-plan.ts'

const significantDigits = 12

/** Value of one register out of the data of its block; null for what is no number (NaN). */
export function decodeRegister(register: Register, block: Block, data: Buffer): PointValue {
  const offset = register.address - block.address
  const raw = isBits(register.table) ? bitAt(data, offset) : rawNumber(register, wordsOf(register, data, offset))
  const word = register.states?.[String(raw)]
  if (word !== undefined) return word
  const value = Number(raw) * register.scale + register.offset
  if (!Number.isFinite(value)) return null
  return Number.isInteger(value) ? value : Number(value.toPrecision(significantDigits))
}

/** Application Protocol section 6.1: the first bit is the lowest of the first byte. */
function bitAt(data: Buffer, offset: number): number {
  return ((data[offset >> 3] ?? 0) >> (offset & 7)) & 1
}

function wordsOf(register: Register, data: Buffer, offset: number): Buffer {
  const bytes = data.subarray(offset * 2, (offset + widthOf(register)) * 2)
  if (register.wordOrder === 'big' || bytes.length <= 2) return bytes
  const turned = Buffer.alloc(bytes.length)
  for (let at = 0; at < bytes.length; at += 2) bytes.copy(turned, bytes.length - 2 - at, at, at + 2)
  return turned
}

function rawNumber(register: Register, bytes: Buffer): number | bigint {
  switch (register.format) {
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
  }
}
