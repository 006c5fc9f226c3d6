import { expect, test } from 'vitest'
import { between, type Camera, centred, fitted, moved, zoomed } from './camera.ts'

const room = { width: 400, height: 300 }
const box = { x: 0, y: 0, width: 4000, height: 1000 }
const onScreen = (camera: Camera, x: number, y: number) => [
  (x - camera.x) * camera.scale,
  (y - camera.y) * camera.scale,
]

test('everything fits, in the middle', () => {
  const camera = fitted(box, room)
  expect(camera.scale).toBeCloseTo(352 / 4000)
  expect(onScreen(camera, 2000, 500)).toEqual([200, 150])
  expect(fitted({ x: 0, y: 0, width: 10, height: 10 }, room).scale).toBe(1)
})

test('zooming keeps what is under the finger, and ends somewhere', () => {
  const camera = { x: 30, y: 40, scale: 0.5 }
  const nearer = zoomed(camera, 2, { x: 100, y: 50 })
  expect(onScreen(nearer, 30 + 200, 40 + 100)).toEqual([100, 50])
  expect(zoomed(camera, 1000, { x: 0, y: 0 }).scale).toBe(2.5)
  expect(zoomed(camera, 1e-9, { x: 0, y: 0 }).scale).toBe(0.01)
})

test('nobody can push the drawing out of sight', () => {
  const far = moved({ x: 0, y: 0, scale: 1 }, -1e6, -1e6, box, room)
  expect([far.x, far.y]).toEqual([3920, 920])
  const back = moved(far, 1e6, 1e6, box, room)
  expect([back.x, back.y]).toEqual([-320, -220])
})

test('halfway between two views is halfway', () => {
  const a = centred(box, room, 0.25)
  expect(between(a, { x: 0, y: 0, scale: 1 }, 0)).toEqual(a)
  expect(between(a, { ...a, scale: 1 }, 0.5).scale).toBeCloseTo(0.5)
})
