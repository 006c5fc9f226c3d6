/** Which names somebody may have meant. */

const most = 6

/** The names that are the fewest letters away from what was typed, nearest first. */
export function nearest(typed: string, names: readonly string[]): string[] {
  return names
    .map((name, at) => ({ name, at, far: distance(typed.toLowerCase(), name) }))
    .sort((a, b) => a.far - b.far || a.at - b.at)
    .slice(0, most)
    .map((it) => it.name)
}

/** Levenshtein's distance: letters put in, taken out or changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
