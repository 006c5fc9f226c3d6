/** A point's value in words: the figure with its unit, as short as it can be said without losing what matters. */
import type { PointValue } from '@steward/shared/model'

export type ValueWords = {
  on: string
  off: string
  none: string
  state: (word: string) => string
  number: (value: number, digits: number) => string
}

/** Units that take prefixes; for the others a thousand of them is a thousand. */
const scaled: readonly string[] = ['bit/s', 'bps', 'B/s', 'W', 'Wh', 'Hz', 'VA', 'var']
const prefixes = ['', 'k', 'M', 'G', 'T'] as const

export function writeValue(value: PointValue, unit: string, words: ValueWords): string {
  if (value === null) return words.none
  if (typeof value === 'boolean') return value ? words.on : words.off
  if (typeof value === 'string') return unit === '' ? words.state(value) : `${value} ${unit}`
  return writeNumber(value, unit, words)
}

function writeNumber(value: number, unit: string, words: ValueWords): string {
  if (unit === 's' && Math.abs(value) >= 120) return writeSeconds(value, words)
  const step = scaled.includes(unit) ? prefixOf(value) : 0
  const figure = value / 1000 ** step
  const text = words.number(figure, digitsOf(figure))
  if (unit === '') return text
  return unit === '%' || unit === '°C' || unit === '°F' ? `${text} ${unit}` : `${text} ${prefixes[step] ?? ''}${unit}`
}

function prefixOf(value: number): number {
  const size = Math.abs(value)
  return size < 1000 ? 0 : Math.min(prefixes.length - 1, Math.floor(Math.log10(size) / 3))
}

/** Three figures that count. */
function digitsOf(value: number): number {
  const size = Math.abs(value)
  if (Number.isInteger(value) || size >= 100) return 0
  return size >= 10 ? 1 : size >= 1 ? 2 : 3
}

/** `1:02:03`, with days before it where there are any. */
function writeSeconds(value: number, words: ValueWords): string {
  const seconds = Math.round(Math.abs(value))
  const days = Math.floor(seconds / 86_400)
  const rest = seconds % 86_400
  const two = (it: number): string => String(it).padStart(2, '0')
  const clock = `${Math.floor(rest / 3600)}:${two(Math.floor((rest % 3600) / 60))}:${two(rest % 60)}`
  return `${value < 0 ? '−' : ''}${days > 0 ? `${words.number(days, 0)} d ` : ''}${clock}`
}
