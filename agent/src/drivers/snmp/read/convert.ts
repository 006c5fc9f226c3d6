/** A raw value and what its profile says of it, to the value of a point. */
import type { PointValue } from '@steward/shared/model'
import type { Varbind } from '../engine/index.ts'
import type { SymbolSpec } from '../profiles/profile.ts'
import { numberOf, textOf } from './raw-text.ts'

/** What other columns of the row said when the target was learned; 1, 0 and null where there are none. */
export type RowFactors = { factor: number; percentOf: number | null }

const maxTextLength = 200
/** Twelve significant digits: scaling by 0.1 must not make 2.3000000000000003 of 23. */
const significantDigits = 12

/** A whole number that needs no look at its text. Null: not readable now. */
export function convertNumber(raw: number, spec: SymbolSpec, row: RowFactors): PointValue {
  if (spec.pattern !== null || spec.ignore.length > 0)
    return convertValue({ oid: spec.oid, type: 'integer', value: raw }, spec, row)
  return spec.states === null ? scaled(raw, spec, row) : (spec.states[raw] ?? String(raw)).slice(0, maxTextLength)
}

/** Null: not readable now. */
export function convertValue(varbind: Varbind, spec: SymbolSpec, row: RowFactors): PointValue {
  if (varbind.type === 'missing' || varbind.type === 'null') return null
  if (spec.bits !== null && varbind.type === 'octets') return wordsOfBits(varbind.value, spec.bits)
  const raw = rawOf(varbind, spec.pattern)
  if (raw === null || spec.ignore.includes(String(raw))) return null
  if (spec.states !== null) return (spec.states[String(raw)] ?? String(raw)).slice(0, maxTextLength)
  return typeof raw === 'string' ? raw.slice(0, maxTextLength) : scaled(raw, spec, row)
}

/** What no bit says. */
export const noBit = 'normal'

function wordsOfBits(bytes: Buffer, words: Readonly<Record<string, string>>): string {
  const set = Object.keys(words).filter((bit) => ((bytes[Number(bit) >> 3] ?? 0) & (0x80 >> (Number(bit) & 7))) !== 0)
  return set.length === 0
    ? noBit
    : set
        .map((bit) => words[bit])
        .join(', ')
        .slice(0, maxTextLength)
}

export function scaled(raw: number, spec: SymbolSpec, row: RowFactors): number | null {
  if (row.percentOf !== null) return row.percentOf > 0 ? round((raw / row.percentOf) * 100) : null
  const value = raw * spec.scale * row.factor + spec.offset
  return Number.isFinite(value) ? round(value) : null
}

const powersOfTen = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent)

/** By a power of ten that is exact, which gives the number that is nearest to the shorter decimal; printing it would too, five times slower. */
function round(value: number): number {
  if (Number.isInteger(value)) return value
  const power = powersOfTen[significantDigits - 1 - Math.floor(Math.log10(Math.abs(value)))]
  return power === undefined ? Number(value.toPrecision(significantDigits)) : Math.round(value * power) / power
}

function rawOf(varbind: Varbind, pattern: RegExp | null): number | string | null {
  const number = numberOf(varbind)
  if (pattern === null) return number ?? emptyToNull(textOf(varbind))
  // Of digits that are text, the noughts in front count.
  const match = pattern.exec(number === null || varbind.type === 'octets' ? textOf(varbind) : String(number))
  const found = match?.[1] ?? match?.[0]
  if (found === undefined) return null
  return /^[+-]?\d+(?:\.\d+)?$/.test(found) ? Number(found) : emptyToNull(found)
}

function emptyToNull(text: string): string | null {
  return text === '' ? null : text
}
