/** What a device answered, as one tree, whatever it is written in: JSON, XML, `key=value` lines or plain text. */
import { parseXml } from './xml.ts'

/** `problem`: why there is no tree, for a person. */
export type Document =
  | { format: 'json' | 'xml' | 'pairs' | 'text'; root: unknown }
  | { format: 'none'; root: undefined; problem: string }

/** Longer ones take longer to read than the agent may stand still. */
const maxCharacters = { json: 1024 * 1024, xml: 256 * 1024, pairs: 256 * 1024, text: 128 * 1024 } as const
const maxLines = 10_000
/** Begins and ends: what a recorder of 256 channels tells has half of that. */
const maxTags = 20_000
const maxDepth = 20

/** Never throws; what cannot be read is a document without a tree. */
export function readDocument(text: string): Document {
  const plain = text.trim()
  const format = formatOf(plain)
  if (plain.length > maxCharacters[format])
    return none(`the answer is longer than ${maxCharacters[format]} characters of ${format}`)
  switch (format) {
    case 'json':
      return readJson(plain)
    case 'xml':
      return readXml(plain)
    case 'pairs':
      return { format, root: treeOf(plain.split(/\r?\n/, maxLines)) }
    case 'text':
      return { format, root: labelled(plain) }
  }
}

function formatOf(text: string): 'json' | 'xml' | 'pairs' | 'text' {
  if (/^(?:\{|\[\s*(?:[[{"\d\-\]]|true|false|null))/.test(text) || isQuoted(text)) return 'json'
  if (text.startsWith('<')) return 'xml'
  return /^[^\s=<>]{1,200}=/.test(text) ? 'pairs' : 'text'
}

/** All of it in one pair of quotes; `"a" and "b"` is text. */
function isQuoted(text: string): boolean {
  return text.length > 1 && text.startsWith('"') && text.indexOf('"', 1) === text.length - 1
}

function readJson(text: string): Document {
  try {
    return { format: 'json', root: JSON.parse(text) }
  } catch {
    return none('the answer is not JSON: it ends too early or is written wrongly')
  }
}

function readXml(text: string): Document {
  let tags = 0
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) tags += 1
  if (tags > maxTags) return none(`the answer has more than ${maxTags} tags`)
  const root = parseXml(text)
  return root === null ? none('the answer is not XML that may be read') : { format: 'xml', root }
}

function none(problem: string): Document {
  return { format: 'none', root: undefined, problem }
}

type Tree = { [name: string]: string | Tree }

/** `table.Title[0].Name=Door` as a tree; a name that has a value and names below it keeps its value as `#text`. */
function treeOf(lines: readonly string[]): Tree {
  const root = emptyTree()
  for (const line of lines) {
    const at = line.indexOf('=')
    if (at <= 0) continue
    const steps = line
      .slice(0, at)
      .split(/[.[\]]+/)
      .map((it) => it.trim())
      .filter((it) => it !== '')
    const last = steps.pop()
    if (last === undefined || steps.length >= maxDepth) continue
    const parent = steps.reduce(below, root)
    const before = parent[last]
    if (typeof before === 'object') before['#text'] = line.slice(at + 1).trim()
    else parent[last] = line.slice(at + 1).trim()
  }
  return root
}

function below(tree: Tree, name: string): Tree {
  const found = tree[name]
  if (typeof found === 'object') return found
  const made = emptyTree()
  if (found !== undefined) made['#text'] = found
  tree[name] = made
  return made
}

/** Names come from the device: none of them may be one that every object has. */
function emptyTree(): Tree {
  return Object.create(null)
}

/** Plain text: all of it, its lines, and what stands behind `Label:` by label. */
function labelled(text: string): { '#text': string; lines: string[]; [label: string]: string | string[] } {
  const lines = text.split(/\r?\n/, maxLines)
  const root = Object.assign(Object.create(null), { '#text': text, lines })
  for (const line of lines) {
    const [, label, value] = /^\s*([^:=]{1,100}?)\s*[:=]\s*(.*)$/.exec(line) ?? []
    if (label !== undefined && value !== undefined && !(label in root)) root[label] = value.trim()
  }
  return root
}
