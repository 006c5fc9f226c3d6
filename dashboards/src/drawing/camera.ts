/** What of a drawing is seen: the point of the drawing at the upper left corner, and pixels of the screen for one of it. */
import type { Box } from './layers.ts'

export type Camera = { x: number; y: number; scale: number }
export type Room = { width: number; height: number }

const least = 0.01
const most = 2.5

/** All of a box in the middle of the room, never larger than it is. */
export function fitted(box: Box, room: Room, margin = 24): Camera {
  const across = (room.width - 2 * margin) / Math.max(1, box.width)
  const down = (room.height - 2 * margin) / Math.max(1, box.height)
  return centred(box, room, Math.min(1, Math.max(least, Math.min(across, down))))
}

export function centred(box: Box, room: Room, scale: number): Camera {
  return {
    x: box.x + box.width / 2 - room.width / scale / 2,
    y: box.y + box.height / 2 - room.height / scale / 2,
    scale,
  }
}

/** Nearer by a factor, with what is under the point staying there. */
export function zoomed(camera: Camera, factor: number, point: { x: number; y: number }): Camera {
  const scale = Math.min(most, Math.max(least, camera.scale * factor))
  return {
    x: camera.x + point.x / camera.scale - point.x / scale,
    y: camera.y + point.y / camera.scale - point.y / scale,
    scale,
  }
}

/** Moved by pixels of the screen; some of the drawing always stays in sight. */
export function moved(camera: Camera, byX: number, byY: number, box: Box, room: Room): Camera {
  const keep = 80 / camera.scale
  const within = (at: number, low: number, high: number): number => Math.min(Math.max(at, low), Math.max(low, high))
  return {
    ...camera,
    x: within(camera.x - byX / camera.scale, box.x - room.width / camera.scale + keep, box.x + box.width - keep),
    y: within(camera.y - byY / camera.scale, box.y - room.height / camera.scale + keep, box.y + box.height - keep),
  }
}

/** Part of the way from one to the other, the zoom evenly. */
export function between(a: Camera, b: Camera, part: number): Camera {
  const scale = a.scale * (b.scale / a.scale) ** part
  return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part, scale }
}
