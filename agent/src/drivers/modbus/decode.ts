/** Register contents to values, in all number formats and orders of words and bytes. */
import type { PointValue } from '@steward/shared/model'
import { inOrder, numberIn, type Register, textIn } from './formats.ts'
import { type Block, isBits, widthOf } from './read-plan.ts'

const significantDigits = 12
/** Beyond this no device means a power of ten. */
const largestExponent = 10

/**
 * What is read of one address: a register as configured, or one of a profile, which may name single bits. `every`: all that are set, with
 * commas, and not the lowest alone.
 */
export type Readable = Register & { flags?: Readonly<Record<string, string>> | undefined; every?: boolean | undefined }

/** Value of one register out of the data of its block; null for what is no number (NaN), and for what means "not there". */
export function decodeRegister(register: Readable, block: Block, data: Buffer, exponent = 0): PointValue {
  const offset = register.address - block.address
  if (isBits(register.table)) return meant(register, bitAt(data, offset), 0)
  const bytes = inOrder(data.subarray(offset * 2, (offset + widthOf(register)) * 2), register)
  if (isMissing(register, bytes)) return null
  if (register.format === 'string') return wordFor(register, textIn(bytes))
  const raw = numberIn(register.format, bytes)
  if (raw === null || isNamedMissing(register, Number(raw))) return null
  return meant(register, masked(register, raw), exponent)
}

/** A power of ten as devices keep it in a register (SunSpec `sunssf`); null where they have none. */
export function exponentOf(block: Block, data: Buffer, address: number): number | null {
  const exponent = data.readInt16BE((address - block.address) * 2)
  return Math.abs(exponent) <= largestExponent ? exponent : null
}

/** Application Protocol section 6.1: the first bit is the lowest of the first byte. */
function bitAt(data: Buffer, offset: number): number {
  return ((data[offset >> 3] ?? 0) >> (offset & 7)) & 1
}

/** The same bits may be written as a signed number, or as they stand in the registers. */
function isMissing({ missing, format }: Register, bytes: Buffer): boolean {
  if (missing === undefined || format === 'string' || format === 'f32' || format === 'f64') return false
  const bits = BigInt(`0x${bytes.toString('hex')}`)
  return missing.some((it) => Number.isInteger(it) && it >= 0 && Number(bits) === it)
}

function isNamedMissing({ missing, format }: Register, raw: number): boolean {
  const isSingle = format === 'f32'
  return (missing ?? []).some((it) => it === raw || (isSingle && Math.fround(it) === Math.fround(raw)))
}

function masked({ mask, shift }: Register, raw: number | bigint): number | bigint {
  if (mask === undefined && shift === undefined) return raw
  if (typeof raw === 'number' && !Number.isInteger(raw)) return raw
  const bits = BigInt.asUintN(64, BigInt(raw)) & (mask === undefined ? 0xffff_ffff_ffff_ffffn : BigInt(mask))
  return bits >> BigInt(shift ?? 0)
}

function meant(register: Readable, raw: number | bigint, exponent: number): PointValue {
  if (register.flags !== undefined) return flagged(register.flags, raw, register.every ?? false)
  const word = register.states?.[String(raw)]
  if (word !== undefined) return word
  const scaled = exponent < 0 ? Number(raw) / 10 ** -exponent : Number(raw) * 10 ** exponent
  const value = scaled * register.scale + register.offset
  if (!Number.isFinite(value)) return null
  return Number.isInteger(value) ? value : Number(value.toPrecision(significantDigits))
}

/** The word of the lowest bit that is set and has one: one word, so that it can be watched for. */
function flagged(flags: Readonly<Record<string, string>>, raw: number | bigint, isEvery: boolean): string {
  const bits = BigInt.asUintN(64, BigInt(Math.trunc(Number(raw))))
  const set = Object.entries(flags).flatMap(([bit, word]) => (((bits >> BigInt(bit)) & 1n) === 1n ? [word] : []))
  if (set.length === 0) return 'normal'
  return (isEvery ? set.join(', ') : (set[0] ?? '')).slice(0, 200)
}

function wordFor(register: Register, text: string | null): string | null {
  return text === null ? null : (register.states?.[text] ?? text)
}
