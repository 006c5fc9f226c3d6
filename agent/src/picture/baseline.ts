/** How a camera's pictures usually are, by hour of the day; and how one picture is against that. Pure. */
import { z } from 'zod'
import { columns, type Features, rows } from './features.ts'

const cells = columns * rows
/** Of gradients and bends, beyond noise. */
export const leastToTell = 1
const figure = z.number()

/** What is usual in one hour. `unrest`: by how much the edges differ from one picture to the next when all is well (0 to 2). */
export const Usual = z.object({
  seen: z.int().min(0),
  mean: figure,
  contrast: figure,
  high: figure,
  washed: figure,
  red: figure,
  blue: figure,
  chroma: figure,
  grid: z.array(figure).length(cells),
  edges: z.array(figure).length(cells),
  detail: z.array(figure).length(cells),
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
    washed: near(before?.washed, it.washed, digits.share),
    red: near(before?.red, it.red, digits.share),
    blue: near(before?.blue, it.blue, digits.share),
    chroma: near(before?.chroma, it.chroma, brightness),
    unrest: near(before?.unrest, unrest, digits.share),
    grid: it.grid.map((now, cell) => near(before?.grid[cell], now, brightness)),
    edges: it.edges.map((now, cell) => near(before?.edges[cell], now, brightness)),
    detail: it.detail.map((now, cell) => near(before?.detail[cell], now, brightness)),
  }
}

/**
 * How alike two layouts are, from -1 to 1 (Pearson's correlation). Without what all cells of a row have in common: most scenes are
 * bright above and dark below, wherever the camera looks. 0 where one of them is even.
 */
export function likeness(a: readonly number[], b: readonly number[]): number {
  const [ownA, ownB] = [withoutRows(tempered(a)), withoutRows(tempered(b))]
  let [together, squareA, squareB] = [0, 0, 0]
  for (const [at, ofA] of ownA.entries()) {
    const ofB = ownB[at] ?? 0
    together += ofA * ofB
    squareA += ofA * ofA
    squareB += ofB * ofB
  }
  return squareA === 0 || squareB === 0 ? 0 : together / Math.sqrt(squareA * squareB)
}

/** Names and clocks that are written into a picture take about this share of it, and outshine all else there is. */
const written = 0.15
const sparse = 0.55

function quantile(sorted: readonly number[], at: number): number {
  return sorted[Math.round(at * (sorted.length - 1))] ?? 0
}

/** Without its extremes, so that what is written into a picture counts for no more than other cells. */
function tempered(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b)
  const [least, most] = [quantile(sorted, written), quantile(sorted, 1 - written)]
  return values.map((it) => Math.min(most, Math.max(least, it)))
}

/**
 * What is left of it, as a share of the usual: in the cells that usually have much of it, but for those that are written in. Both
 * without what the emptiest cells have, which is noise. Null: it never has enough, and nothing can be said.
 */
export function share(now: readonly number[], usual: readonly number[]): number | null {
  const order = [...usual.keys()].sort((a, b) => (usual[a] ?? 0) - (usual[b] ?? 0))
  const [sortedUsual, sortedNow] = [usual, now].map((it) => [...it].sort((a, b) => a - b))
  const [floorUsual, floorNow] = [quantile(sortedUsual ?? [], written), quantile(sortedNow ?? [], written)]
  const rich = order.slice(Math.floor(order.length * sparse), Math.floor(order.length * (1 - written)))
  const shares = rich.flatMap((cell) => {
    const was = (usual[cell] ?? 0) - floorUsual
    return was < leastToTell ? [] : [Math.max(0, (now[cell] ?? 0) - floorNow) / was]
  })
  if (shares.length < rich.length / 2) return null
  return quantile(
    shares.sort((a, b) => a - b),
    0.5,
  )
}

/** How much there is of it in the cells that have much, wherever these are; without what is written in, and without noise. */
export function richness(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const rich = sorted.slice(Math.floor(sorted.length * sparse), Math.floor(sorted.length * (1 - written)))
  return rich.reduce((sum, it) => sum + it, 0) / rich.length - quantile(sorted, written)
}

/** Standard deviation of the brightness of cells, without extremes. */
export function spread(grid: readonly number[]): number {
  const values = tempered(grid)
  const mean = values.reduce((sum, it) => sum + it, 0) / values.length
  return Math.sqrt(values.reduce((sum, it) => sum + (it - mean) ** 2, 0) / values.length)
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
