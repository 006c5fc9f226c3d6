/** A picture that moves: a scene of its own per camera, and something that crosses it with the seconds. */
import jpeg from 'jpeg-js'
import { noise } from '../drift.ts'

const width = 320
const height = 180

/** JPEG of what the camera sees at a time. */
export function pictureOf(name: string, at: number): Buffer {
  const data = Buffer.alloc(width * height * 4)
  const [red, green, blue] = [1, 2, 3].map((step) => 40 + noise(name, step) * 130)
  const day = 0.55 + 0.45 * Math.sin(((at % 86_400_000) / 86_400_000) * 2 * Math.PI - Math.PI / 2)
  const walker = ((at / 40) % (width + 60)) - 30
  for (let y = 0; y < height; y += 1) {
    const floor = y > height * 0.6 ? 0.6 : 1
    for (let x = 0; x < width; x += 1) {
      const frame = (x + (y > height * 0.6 ? y : 0)) % 64 < 2 ? 0.7 : 1
      const person = Math.abs(x - walker) < 9 && y > 70 && y < 150 ? 0.35 : 1
      const light = (0.35 + day * 0.65) * floor * frame * person
      const pixel = (y * width + x) * 4
      data[pixel] = (red ?? 0) * light + 20
      data[pixel + 1] = (green ?? 0) * light + 20
      data[pixel + 2] = (blue ?? 0) * light + 20
      data[pixel + 3] = 255
    }
  }
  return jpeg.encode({ data, width, height }, 70).data
}
