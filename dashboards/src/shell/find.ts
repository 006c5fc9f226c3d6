/** How well a text answers what is looked for: every word of the query must begin a word of it, or stand within it. */
export function score(query: string, texts: readonly (string | undefined)[]): number {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((it) => it !== '')
  const whole = texts
    .filter((it) => it !== undefined)
    .join(' ')
    .toLowerCase()
  let sum = 0
  for (const word of words) {
    const at = whole.indexOf(word)
    if (at === -1) return 0
    const begins = at === 0 || !/[\p{L}\p{N}]/u.test(whole[at - 1] ?? '')
    sum += (begins ? 2 : 1) + (at === 0 ? 1 : 0)
  }
  return words.length === 0 ? 1 : sum
}

/** The best `limit` of the items that answer the query, best first; equal ones keep their order. */
export function find<Item>(
  query: string,
  items: readonly Item[],
  textsOf: (item: Item) => readonly (string | undefined)[],
  limit: number,
): Item[] {
  return items
    .map((item, i) => ({ item, i, score: score(query, textsOf(item)) }))
    .filter((it) => it.score > 0)
    .sort((a, b) => b.score - a.score || a.i - b.i)
    .slice(0, limit)
    .map((it) => it.item)
}
