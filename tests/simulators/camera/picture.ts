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

/** JPEG of what a camera sees at a time (ms since 1970). */
export function pictureOf(name: string, at: number): Buffer {
  drawScene(name, at)
  drawLine(name, 8, 8)
  drawLine(new Date(at).toLocaleString('sv-SE', zone), 8, height - glyphHeight * textScale - 8)
  return encodeJpeg(data, width, height)
}

function drawScene(name: string, at: number): void {
  const colour = [1, 2, 3].map((step) => 60 + noise(name, step) * 120)
  const light = 0.75 + 0.25 * dayCurve(at)
  const vanish = width * (0.35 + noise(name, 4) * 0.3)
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
      const shade = light * (isFloor ? 0.55 + depth * 0.35 : 0.95 - depth * 0.3) * (isLine ? 0.8 : 1)
      const pixel = (y * width + x) * 3
      for (let part = 0; part < 3; part += 1)
        data[pixel + part] = isPerson || isHead ? 34 + part * 9 : (colour[part] ?? 0) * shade + 25
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
