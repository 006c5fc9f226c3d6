import { SiteModel } from '@steward/shared/diagnosis'
import { StewardError } from '@steward/shared/errors'
import { DeviceModel, SystemFunction, SystemModel } from '@steward/shared/model'
import { type Document, isCollection, isNode, LineCounter, parseDocument } from 'yaml'

type Path = readonly PropertyKey[]

/**
 * Reads a site's model from YAML or JSON text. `warnings` names what is not known and was left out. Throws
 * `input/invalid` with one line that names the file, the line and the field.
 */
export function parseSite(text: string, name: string): { model: SiteModel; warnings: string[] } {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const [error] = document.errors
  if (error !== undefined) {
    const reason = error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? 'not YAML'
    throw bad(`${name} line ${lines.linePos(error.pos[0]).line}: ${reason}`)
  }
  const raw: unknown = document.toJS()
  const parsed = SiteModel.safeParse(raw)
  const lineOf = (path: Path) => lines.linePos(offsetOf(document, path)).line
  if (parsed.success) {
    const warnings = unknownKeys(raw).map(
      (path) => `${name} line ${lineOf(path)}, field ${fieldOf(path)}: not known here, left out`,
    )
    return { model: parsed.data, warnings }
  }
  const [issue] = parsed.error.issues
  const path = issue?.path ?? []
  const field = path.length > 0 ? `, field ${fieldOf(path)}` : ''
  throw bad(`${name} line ${lineOf(path)}${field}: ${issue?.message ?? 'not a site model'}`)
}

/** `devices[3].needs[0][1]` */
export function fieldOf(path: Path): string {
  return path.reduce<string>((all, it) => {
    if (typeof it === 'number') return `${all}[${it}]`
    return all === '' ? String(it) : `${all}.${String(it)}`
  }, '')
}

export function bad(message: string): StewardError {
  return new StewardError('input/invalid', message)
}

/** Where a field stands; for one that is missing, where the thing stands that should hold it. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = nodeAt(document, path.slice(0, length))
    if (isNode(node) && node.range) return node.range[0]
  }
  return document.contents?.range?.[0] ?? 0
}

function nodeAt(document: Document, path: Path): unknown {
  return path.reduce<unknown>((node, key) => (isCollection(node) ? node.get(key, true) : undefined), document.contents)
}

const known = {
  site: new Set(['systems', 'devices', 'id', 'name', 'customer', 'timezone', 'address', 'settings']),
  system: new Set(Object.keys(SystemModel.shape)),
  fn: new Set(Object.keys(SystemFunction.shape)),
  device: new Set(Object.keys(DeviceModel.shape)),
  serve: new Set(['function', 'weight']),
}

/** A field that is written but means nothing is most often one that is misspelt. */
function unknownKeys(raw: unknown): Path[] {
  return [
    ...strangers(raw, [], known.site),
    ...items(raw, 'systems', []).flatMap(({ item, path }) => [
      ...strangers(item, path, known.system),
      ...items(item, 'functions', path).flatMap((it) => strangers(it.item, it.path, known.fn)),
    ]),
    ...items(raw, 'devices', []).flatMap(({ item, path }) => [
      ...strangers(item, path, known.device),
      ...items(item, 'serves', path).flatMap((it) => strangers(it.item, it.path, known.serve)),
    ]),
  ]
}

function strangers(item: unknown, path: Path, allowed: ReadonlySet<string>): Path[] {
  if (typeof item !== 'object' || item === null) return []
  return Object.keys(item)
    .filter((key) => !allowed.has(key))
    .map((key) => [...path, key])
}

function items(parent: unknown, key: string, path: Path): { item: unknown; path: Path }[] {
  if (typeof parent !== 'object' || parent === null) return []
  const list: unknown = Object.entries(parent).find(([name]) => name === key)?.[1]
  return Array.isArray(list) ? list.map((item: unknown, i) => ({ item, path: [...path, key, i] })) : []
}
