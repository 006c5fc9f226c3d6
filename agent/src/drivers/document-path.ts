/** Paths into a document: `doors[0].state`, `disks[slot=2].state`, `..hdd` (the first of that name, however deep), `["a.b"]`. */
import type { Document } from './document.ts'

export type Step =
  | { kind: 'child'; name: string }
  | { kind: 'descendant'; name: string }
  | { kind: 'where'; name: string; value: string }

const maxSteps = 20
const maxNodes = 50_000
const maxDepth = 60

/** Null: the path is not one. An empty path is the whole document. */
export function parsePath(path: string): Step[] | null {
  const pattern = /(\.\.|\.|^)([^.[\]]+)|\[(\d{1,6})\]|\["([^"]{1,200})"\]|\[([^=\]"]{1,100})=([^\]]{0,200})\]/y
  const steps: Step[] = []
  while (pattern.lastIndex < path.length) {
    const found = pattern.exec(path)
    if (found === null || steps.length >= maxSteps) return null
    const [, dots = '', named, index, quoted, key, value] = found
    const name = named ?? index ?? quoted
    if (name !== undefined) steps.push({ kind: dots === '..' ? 'descendant' : 'child', name })
    else if (key !== undefined && value !== undefined) steps.push({ kind: 'where', name: key, value })
  }
  return steps
}

/** What is at the path, undefined where there is nothing. */
export function follow({ format }: Document, from: unknown, steps: readonly Step[]): unknown {
  let at = from
  for (const step of steps) {
    if (step.kind === 'descendant') at = descendant(at, step.name)
    else if (step.kind === 'where')
      at = rowsOf(at).find((it) => textOf(childOf(it.node, step.name)) === step.value)?.node
    else at = format === 'xml' ? xmlChild(at, step.name) : childOf(at, step.name)
    if (at === undefined) return undefined
  }
  return at
}

/** Elements of a list, or of an object whose names are numbers; anything else is a list of itself. `index` from 0. */
export function rowsOf(node: unknown): { index: string; node: unknown }[] {
  if (node === undefined || node === null || node === '') return []
  if (Array.isArray(node)) return node.map((it: unknown, index) => ({ index: String(index), node: it }))
  if (typeof node !== 'object') return [{ index: '0', node }]
  const entries = Object.entries(node)
  const isNumbered = entries.length > 0 && entries.every(([name]) => /^\d+$/.test(name))
  return isNumbered ? entries.map(([index, it]: [string, unknown]) => ({ index, node: it })) : [{ index: '0', node }]
}

/** The text or number there, `#text` of an element; undefined for what has parts. */
export function leafOf(node: unknown): string | number | boolean | undefined {
  if (typeof node === 'string' || typeof node === 'number' || typeof node === 'boolean') return node
  if (Array.isArray(node)) return undefined
  const text = childOf(node, '#text')
  return typeof text === 'string' ? text : undefined
}

function textOf(node: unknown): string | undefined {
  const leaf = leafOf(node)
  return leaf === undefined ? undefined : String(leaf)
}

function childOf(node: unknown, name: string): unknown {
  if (typeof node !== 'object' || node === null || !Object.hasOwn(node, name)) return undefined
  return Reflect.get(node, name)
}

/** Whether an element is repeated is not to be seen in a path: of several the first, and of one that is alone number 0. */
function xmlChild(node: unknown, name: string): unknown {
  const isIndex = /^\d+$/.test(name)
  if (Array.isArray(node)) return isIndex ? childOf(node, name) : childOf(node[0], name)
  return name === '0' ? node : childOf(node, name)
}

/** Breadth first, so that the nearest counts. */
function descendant(node: unknown, name: string): unknown {
  let level = [node]
  let seen = 0
  for (let depth = 0; level.length > 0 && depth < maxDepth; depth += 1) {
    const next: unknown[] = []
    for (const it of level) {
      if (typeof it !== 'object' || it === null) continue
      const found = Array.isArray(it) ? undefined : childOf(it, name)
      if (found !== undefined) return found
      seen += 1
      if (seen > maxNodes) return undefined
      next.push(...Object.values(it))
    }
    level = next
  }
  return undefined
}
