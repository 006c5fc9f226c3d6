/** A picture that moves: a corridor of its own per camera, somebody who walks through it, and the camera's name and time. */
import { dayCurve, noise } from '../drift.ts'
import { drawText, glyphHeight } from './font.ts'
import { encodeJpeg } from './jpeg.ts'

const width = 384
const height = 216
const horizon = Math.floor(height * 0.55)
const textScale = 2
const zone = { timeZone: 'Asia/Shanghai', hourCycle: 'h23' } as const

/** Red, green and blue of each pixel; drawn over again for each picture. */
const data = Buffer.alloc(width * height * 3)

/** `frozen` is the caller's: the time stands still. */
export const pictureFaults = ['black', 'over-exposed', 'blurred', 'covered', 'moved', 'tinted', 'frozen'] as const
export type PictureFault = (typeof pictureFaults)[number]

/** JPEG of what a camera sees at a time (ms since 1970). The name and the time are written over it whatever is wrong. */
export function pictureOf(name: string, at: number, fault: PictureFault | null = null): Buffer {
  drawScene(fault === 'moved' ? `beside ${name}` : name, at)
  if (fault === 'blurred') for (let times = 0; times < 3; times += 1) blur()
  const change = fault === null ? undefined : changes[fault]
  if (change !== undefined) for (const [byte, value] of data.entries()) data[byte] = change(value, byte % 3)
  drawLine(name, 8, 8)
  drawLine(new Date(at).toLocaleString('sv-SE', zone), 8, height - glyphHeight * textScale - 8)
  return encodeJpeg(data, width, height)
}

function drawScene(name: string, at: number): void {
  const colour = [1, 2, 3].map((step) => 60 + noise(name, step) * 120)
  const light = 0.75 + 0.25 * dayCurve(at)
  const vanish = width * (0.35 + noise(name, 4) * 0.3)
  // What stands and hangs there: doors and posters, of one camera's corridor here, of another's there.
  const things = [0, 1, 2, 3, 4].map((at) => {
    const left = width * noise(name, 10 + at)
    return {
      left,
      right: left + 24 + noise(name, 20 + at) * 40,
      top: horizon * (0.15 + noise(name, 30 + at) * 0.5),
      shade: at % 2 === 0 ? 0.45 : 1.35,
    }
  })
  const walker = ((at / 30 + noise(name, 5) * 4000) % (width + 80)) - 40
  for (let y = 0; y < height; y += 1) {
    const isFloor = y > horizon
    const depth = isFloor ? (y - horizon) / (height - horizon) : (horizon - y) / horizon
    for (let x = 0; x < width; x += 1) {
      // Lines that run to one point make a floor of tiles; the wall has panels.
      const across = isFloor ? (x - vanish) / (depth + 0.15) : x
      const isLine = Math.abs(across % 48) < (isFloor ? 2 / (depth + 0.2) : 1.5)
      const isPerson = Math.abs(x - walker) < 10 && y > horizon - 38 && y < horizon + 46
      const isHead = (x - walker) ** 2 + (y - horizon + 48) ** 2 < 90
      const shade =
        light *
        (isFloor ? 0.55 + depth * 0.35 : 0.95 - depth * 0.3) *
        (isLine ? 0.8 : 1) *
        (things.find((it) => x >= it.left && x < it.right && y >= it.top && y < it.top + 76)?.shade ?? 1)
      const pixel = (y * width + x) * 3
      for (let part = 0; part < 3; part += 1)
        data[pixel + part] = isPerson || isHead ? 34 + part * 9 : (colour[part] ?? 0) * shade + 25
    }
  }
}

/** What becomes of a byte of a colour (0: red). */
const changes: Partial<Record<PictureFault, (value: number, colour: number) => number>> = {
  black: () => 1,
  'over-exposed': (value) => Math.min(255, value * 2 + 160),
  covered: (value) => 58 + value / 32,
  tinted: (value, colour) => Math.min(255, value * (colour === 1 ? 0.6 : 1.35)),
}

const before = Buffer.alloc(data.length)
const reach = 6

/** Each pixel becomes the mean of those around it, across and then down. */
function blur(): void {
  for (const step of [3, width * 3]) {
    data.copy(before)
    for (let byte = 0; byte < data.length; byte += 1) {
      let [sum, count] = [0, 0]
      for (let at = byte - reach * step; at <= byte + reach * step; at += step) {
        if (at < 0 || at >= data.length) continue
        sum += before[at] ?? 0
        count += 1
      }
      data[byte] = sum / count
    }
  }
}

/** White with a dark edge, so that it can be read on anything. */
function drawLine(text: string, left: number, top: number): void {
  const paint = (x: number, y: number, value: number): void => {
    if (x < 0 || y < 0 || x >= width || y >= height) return
    data.fill(value, (y * width + x) * 3, (y * width + x) * 3 + 3)
  }
  for (const [offset, value] of [
    [1, 0],
    [0, 255],
  ] as const) {
    drawText(text, (x, y) => {
      for (let dx = 0; dx < textScale; dx += 1)
        for (let dy = 0; dy < textScale; dy += 1)
          paint(left + x * textScale + dx + offset, top + y * textScale + dy + offset, value)
    })
  }
}
