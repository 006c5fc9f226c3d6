/** What is found in a document as the value of a point: scaled, or as a word. */
import type { PointValue } from '@steward/shared/model'
import type { Document } from './document.ts'
import { leafOf } from './document-path.ts'
import { unescapeXml } from './xml.ts'

/** `scale` or a unit says that a number is meant; `states`: words for what the device writes. */
export type ValueSpec = {
  unit: string
  scale?: number | undefined
  states?: Readonly<Record<string, string>> | undefined
}

const maxTextLength = 200

/** The value of a point, or why there is none. */
export function pointValueOf(
  document: Document,
  node: unknown,
  spec: ValueSpec,
): { value: PointValue } | { problem: string } {
  const leaf = leafOf(node)
  if (leaf === undefined) return { problem: 'there is no number, text or boolean' }
  const raw = typeof leaf === 'string' ? plainText(document.format === 'xml' ? unescapeXml(leaf) : leaf) : leaf
  if (spec.states !== undefined) return { value: wordFor(String(raw), spec.states) }
  if (spec.scale !== undefined || (spec.unit !== '' && typeof raw === 'string')) return scaled(raw, spec.scale ?? 1)
  if (typeof raw === 'number') return Number.isFinite(raw) ? { value: raw } : { problem: 'there is no number' }
  if (typeof raw === 'boolean') return { value: raw }
  return { value: document.format === 'json' ? raw : typed(raw) }
}

/** Without what no screen shows. */
export function plainText(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, maxTextLength)
}

function wordFor(raw: string, states: Readonly<Record<string, string>>): string {
  if (Object.hasOwn(states, raw)) return states[raw] ?? raw
  const found = Object.entries(states).find(([it]) => it.toLowerCase() === raw.toLowerCase())
  return found?.[1] ?? raw
}

/** `23.5 °C` is 23.5. */
function scaled(raw: string | number | boolean, scale: number): { value: number } | { problem: string } {
  const digits = /^[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[-+]?\d{1,3})?/i.exec(String(raw))?.[0]
  const value = typeof raw === 'boolean' ? Number(raw) : Number(digits ?? Number.NaN)
  if (!Number.isFinite(value)) return { problem: `"${String(raw).slice(0, 40)}" is no number` }
  // Ten digits: 0.1 × 3 is 0.3 to whoever reads it.
  return { value: scale === 1 ? value : Number((value * scale).toPrecision(12)) }
}

/** Where everything is written as text: `true` and `17` are no words, `1.10` and `007` are. */
function typed(raw: string): string | number | boolean {
  if (/^(?:true|false)$/i.test(raw)) return raw.toLowerCase() === 'true'
  return raw !== '' && raw.length <= 15 && String(Number(raw)) === raw ? Number(raw) : raw
}
