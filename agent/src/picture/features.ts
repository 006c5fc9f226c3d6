/** What a picture is like, in figures that say nothing of what stands in it. Pure: pixels in, figures out. */
import { createHash } from 'node:crypto'

/** Cells that a picture is laid out in. */
export const columns = 16
export const rows = 9

/**
 * Brightness from 0 to 255. `low` and `high`: 5 % of the pixels are below, above; `washed`: share of those that are as good as
 * white. `red`, `blue`: how far these are above green, as a share of the brightness.
 * `chroma`: mean distance of the colours from grey, 0 to 255. `grid`: brightness, `edges`: mean gradient,
 * `detail`: mean Laplacian (without sign) of each cell, row by row. `print`: the same for the same pixels only.
 */
export type Features = {
  mean: number
  contrast: number
  low: number
  high: number
  washed: number
  red: number
  blue: number
  chroma: number
  grid: number[]
  edges: number[]
  detail: number[]
  print: string
}

const white = 250
/** Colours of a dark picture are chance. */
const darkness = 16
const outer = 0.05

/** `pixels`: red, green, blue of each, row by row. */
export function featuresOf(pixels: Uint8Array, width: number, height: number): Features {
  const count = width * height
  const luma = new Float32Array(count)
  const histogram = new Uint32Array(256)
  const sums = [0, 0, 0]
  let chroma = 0
  for (let at = 0; at < count; at += 1) {
    const [red = 0, green = 0, blue = 0] = [pixels[at * 3], pixels[at * 3 + 1], pixels[at * 3 + 2]]
    sums[0] = (sums[0] ?? 0) + red
    sums[1] = (sums[1] ?? 0) + green
    sums[2] = (sums[2] ?? 0) + blue
    chroma += Math.abs(red - green) + Math.abs(blue - green)
    const value = 0.299 * red + 0.587 * green + 0.114 * blue
    luma[at] = value
    const bin = Math.round(value)
    histogram[bin] = (histogram[bin] ?? 0) + 1
  }
  const [red = 0, green = 0, blue = 0] = sums.map((it) => it / count)
  const { mean, contrast } = spreadOf(luma)
  const { grid, edges, detail } = layoutOf(luma, width, height)
  return {
    mean,
    contrast,
    low: quantile(histogram, count, outer),
    high: quantile(histogram, count, 1 - outer),
    washed: histogram.subarray(white).reduce((sum, it) => sum + it, 0) / count,
    red: (red - green) / (mean + darkness),
    blue: (blue - green) / (mean + darkness),
    chroma: chroma / count / 2,
    grid,
    edges,
    detail,
    print: createHash('sha1').update(pixels).digest('base64').slice(0, 16),
  }
}

function spreadOf(values: Float32Array): { mean: number; contrast: number } {
  let sum = 0
  let squares = 0
  for (const it of values) {
    sum += it
    squares += it * it
  }
  const mean = sum / values.length
  return { mean, contrast: Math.sqrt(Math.max(0, squares / values.length - mean * mean)) }
}

function quantile(histogram: Uint32Array, count: number, share: number): number {
  let passed = 0
  for (const [value, pixels] of histogram.entries()) {
    passed += pixels
    if (passed >= count * share) return value
  }
  return 255
}

function layoutOf(luma: Float32Array, width: number, height: number) {
  const cells = columns * rows
  const grid = new Float64Array(cells)
  const edges = new Float64Array(cells)
  const counts = new Float64Array(cells)
  const detail = new Float64Array(cells)
  const at = (x: number, y: number): number => luma[y * width + x] ?? 0
  for (let y = 1; y < height - 1; y += 1) {
    const row = Math.floor((y * rows) / height) * columns
    for (let x = 1; x < width - 1; x += 1) {
      const cell = row + Math.floor((x * columns) / width)
      const [here, left, right, up, down] = [at(x, y), at(x - 1, y), at(x + 1, y), at(x, y - 1), at(x, y + 1)]
      const bend = left + right + up + down - 4 * here
      detail[cell] = (detail[cell] ?? 0) + Math.abs(bend)
      grid[cell] = (grid[cell] ?? 0) + here
      edges[cell] = (edges[cell] ?? 0) + Math.abs(right - left) + Math.abs(down - up)
      counts[cell] = (counts[cell] ?? 0) + 1
    }
  }
  const perPixel = (sums: Float64Array): number[] => [...sums].map((it, cell) => it / Math.max(1, counts[cell] ?? 0))
  return { grid: perPixel(grid), edges: perPixel(edges), detail: perPixel(detail) }
}
