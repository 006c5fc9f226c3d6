/**
 * The rows to show when their order is held: each key of `keys` with its newest row, in that order. A row that is gone is shown
 * as it was last seen (`lastSeen` remembers); rows without a place yet are counted.
 */
export function holdRows<Row>(
  live: readonly Row[],
  keys: readonly string[],
  keyOf: (row: Row) => string,
  lastSeen: Map<string, Row>,
): { rows: Row[]; waiting: number; isCurrent: boolean } {
  const byKey = new Map(live.map((row) => [keyOf(row), row]))
  for (const [key, row] of byKey) lastSeen.set(key, row)
  const rows = keys.flatMap((key) => {
    const row = byKey.get(key) ?? lastSeen.get(key)
    return row === undefined ? [] : [row]
  })
  const placed = new Set(keys)
  const waiting = live.filter((row) => !placed.has(keyOf(row))).length
  const isCurrent = live.length === keys.length && live.every((row, i) => keyOf(row) === keys[i])
  return { rows, waiting, isCurrent }
}
