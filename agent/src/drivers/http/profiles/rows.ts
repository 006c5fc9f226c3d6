/** The rows of a list in an answer, by key. */
import type { Document } from '../../document.ts'
import { follow, leafOf, parsePath, rowsOf } from '../../document-path.ts'
import { plainText } from '../../document-value.ts'
import { unescapeXml } from '../../xml.ts'
import type { At, PointsSpec } from './schema.ts'

export type Row = { key: string; node: unknown }

const maxRows = 512

type List = { rows?: At | undefined; key: readonly string[]; first: number }

/** Rows without a key, and the second with the same, are left out. */
export function keyedRows(document: Document, { rows, key, first }: List, keyMatch?: RegExp): Row[] {
  const at = rows === undefined ? document.root : follow(document, document.root, rows.steps)
  const found = new Map<string, Row>()
  for (const { index, node } of rowsOf(at).slice(0, maxRows)) {
    const told = keyOf(document, node, key) ?? (key.includes('#') ? String(Number(index) + first) : null)
    const kept = told === null || keyMatch === undefined ? told : matched(told, keyMatch)
    if (kept !== null && !found.has(kept)) found.set(kept, { key: kept, node })
  }
  return [...found.values()]
}

export function rowsFor(document: Document, spec: PointsSpec): Row[] {
  const { keep, skip } = spec
  return keyedRows(document, spec, spec.key_match).filter(({ node }) => {
    const isKept = keep === undefined || keep.in.includes(textAt(document, node, keep.at) ?? '')
    return isKept && (skip === undefined || !skip.in.includes(textAt(document, node, skip.at) ?? ''))
  })
}

function keyOf(document: Document, node: unknown, keys: readonly string[]): string | null {
  for (const key of keys) {
    if (key === '#') continue
    const text = textAt(document, node, { text: key, steps: key === '.' ? [] : (parsePath(key) ?? []) })
    if (text !== null && text !== '') return text
  }
  return null
}

/** Null: there is none. */
export function textAt(document: Document, from: unknown, { steps }: At): string | null {
  const leaf = leafOf(follow(document, from, steps))
  if (leaf === undefined) return null
  return plainText(document.format === 'xml' ? unescapeXml(String(leaf)) : String(leaf))
}

/** The first group, else the whole match; null: it does not match. */
export function matched(text: string, pattern: RegExp): string | null {
  const found = pattern.exec(text)
  return found === null ? null : (found[1] ?? found[0])
}
