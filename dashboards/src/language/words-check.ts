/** Reading word files and sources, to hold them against each other in a test. */

/** `{ a: { b: 'text' } }` as `a.b` → text. */
export function wordsIn(tree: unknown, path = ''): Map<string, string> {
  if (typeof tree === 'string') return new Map([[path, tree]])
  if (typeof tree !== 'object' || tree === null) throw new Error(`${path}: words are texts`)
  return new Map(
    Object.entries(tree).flatMap(([name, child]) => [...wordsIn(child, path === '' ? name : `${path}.${name}`)]),
  )
}

export function withoutPlural(key: string): string {
  return key.replace(/_(?:zero|one|two|few|many|other)$/, '')
}

export function placeholdersOf(texts: readonly string[]): string[] {
  const found = texts.flatMap((it) => [...it.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? ''))
  return [...new Set(found)].sort()
}

/** Keys that stand whole in the sources, and beginnings of those that are put together (`state.${it}`). */
export function keysUsed(sources: readonly string[]): { whole: string[]; beginnings: string[] } {
  const whole = new Set<string>()
  const beginnings = new Set<string>()
  for (const call of sources.flatMap(callsIn)) {
    for (const [, key] of call.matchAll(/'([\w-]+(?:\.[\w-]+)+)'/g)) whole.add(key ?? '')
    for (const [, key] of call.matchAll(/`([\w-]+(?:\.[\w-]+)*\.)\$\{/g)) beginnings.add(key ?? '')
  }
  return { whole: [...whole].sort(), beginnings: [...beginnings].sort() }
}

/** What stands between the brackets of each `t(…)`. */
function callsIn(text: string): string[] {
  return [...text.matchAll(/\bt\(/g)].map(({ index }) => {
    let depth = 0
    for (let at = index + 1; at < text.length; at += 1) {
      if (text[at] === '(') depth += 1
      else if (text[at] === ')') depth -= 1
      if (depth === 0) return text.slice(index, at)
    }
    return ''
  })
}
