/** What a message has in it, when nobody said what to look for. */
import type { PointValue } from '@steward/shared/model'
import type { LearnedPoint } from '../contract.ts'
import { readDocument } from '../document.ts'
import { pointValueOf } from '../document-value.ts'

const maxLeaves = 40
const maxDepth = 5
const longestId = 128

/** Each number, text and boolean of a payload as a point of its own. */
export function leavesOf(topic: string, payload: string): { point: LearnedPoint; value: PointValue }[] {
  const document = readDocument(payload)
  const found: { point: LearnedPoint; value: PointValue }[] = []
  const visit = (node: unknown, path: readonly string[]): void => {
    if (found.length >= maxLeaves || path.length > maxDepth) return
    const isNested = typeof node === 'object' && node !== null && document.format !== 'text'
    if (isNested) {
      for (const [name, inner] of Object.entries(node)) visit(inner, [...path, name])
      return
    }
    const read = pointValueOf(document, node, { unit: '' })
    const point = pointOf(topic, path)
    if (point !== null && 'value' in read) found.push({ point, value: read.value })
  }
  visit(document.root, [])
  return found
}

/** Null: the name is too long to be one. */
function pointOf(topic: string, path: readonly string[]): LearnedPoint | null {
  const levels = topic.split('/').filter((it) => it !== '')
  const id = [...levels, ...path].join('.').replace(/[\p{Cc}\s]+/gu, '-')
  if (id.length > longestId) return null
  const name = path.at(-1) ?? levels.at(-1) ?? topic
  return { id, class: 'value', instance: topic.slice(0, 120), name: name.slice(0, 200), unit: '', source: topic }
}
