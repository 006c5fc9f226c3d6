/** How a camera's pictures usually are, by hour of the day; and how one picture is against that. Pure. */
import { z } from 'zod'
import { columns, type Features, rows } from './features.ts'

const cells = columns * rows
const figure = z.number()

/** What is usual in one hour. `unrest`: by how much the edges differ from one picture to the next when all is well (0 to 2). */
export const Usual = z.object({
  seen: z.int().min(0),
  mean: figure,
  contrast: figure,
  high: figure,
  washed: figure,
  sharpness: figure,
  red: figure,
  blue: figure,
  grid: z.array(figure).length(cells),
  edges: z.array(figure).length(cells),
  unrest: figure,
})
export type Usual = z.infer<typeof Usual>

/** The newest counts at least this much, so that seasons are followed and one cloud is nothing. */
const leastShare = 0.05
/** Digits after the point that mean anything: of brightness, and of shares. */
const digits = { brightness: 1, share: 3 } as const

export function learned(before: Usual | null, it: Features): Usual {
  const share = before === null ? 1 : Math.max(leastShare, 1 / (before.seen + 1))
  const near = (old: number | undefined, now: number, kept: number): number =>
    Number((old === undefined ? now : old + (now - old) * share).toFixed(kept)) + 0
  const { brightness } = digits
  const unrest = before === null ? 0 : 1 - likeness(before.edges, it.edges)
  return {
    seen: Math.min((before?.seen ?? 0) + 1, 1000),
    mean: near(before?.mean, it.mean, brightness),
    contrast: near(before?.contrast, it.contrast, brightness),
    high: near(before?.high, it.high, brightness),
    sharpness: near(before?.sharpness, it.sharpness, brightness),
    washed: near(before?.washed, it.washed, digits.share),
    red: near(before?.red, it.red, digits.share),
    blue: near(before?.blue, it.blue, digits.share),
    unrest: near(before?.unrest, unrest, digits.share),
    grid: it.grid.map((now, cell) => near(before?.grid[cell], now, brightness)),
    edges: it.edges.map((now, cell) => near(before?.edges[cell], now, brightness)),
  }
}

/**
 * How alike two layouts are, from -1 to 1 (Pearson's correlation). Without what all cells of a row have in common: most scenes are
 * bright above and dark below, wherever the camera looks. 0 where one of them is even.
 */
export function likeness(a: readonly number[], b: readonly number[]): number {
  const [ownA, ownB] = [withoutRows(a), withoutRows(b)]
  let [together, squareA, squareB] = [0, 0, 0]
  for (const [at, ofA] of ownA.entries()) {
    const ofB = ownB[at] ?? 0
    together += ofA * ofB
    squareA += ofA * ofA
    squareB += ofB * ofB
  }
  return squareA === 0 || squareB === 0 ? 0 : together / Math.sqrt(squareA * squareB)
}

function withoutRows(values: readonly number[]): number[] {
  const found: number[] = []
  for (let from = 0; from < values.length; from += columns) {
    const row = values.slice(from, from + columns)
    const mean = row.reduce((sum, it) => sum + it, 0) / row.length
    for (const it of row) found.push(it - mean)
  }
  return found
}
