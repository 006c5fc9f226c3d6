import { type PointerEvent, type RefObject, useEffect, useMemo, useRef } from 'react'
import { between, type Camera, centred, fitted, moved, type Room, zoomed } from '../../drawing/camera.ts'
import type { Box } from '../../drawing/layers.ts'

type Options = {
  canvas: RefObject<HTMLCanvasElement | null>
  whole: Box
  draw: (camera: Camera, room: Room) => void
  onTap: (x: number, y: number) => void
}

const flightMs = 260
const tapPx = 6

/** Moves and zooms a canvas by wheel, pointer, two fingers and calls; draws at most once a frame, and only when it must. */
export function useCamera({ canvas, whole, draw, onTap }: Options) {
  const latest = useRef({ whole, draw, onTap })
  latest.current = { whole, draw, onTap }
  const control = useMemo(() => createControl(canvas, latest), [canvas])
  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    const observer = new ResizeObserver(() => control.redraw())
    observer.observe(element)
    // React listens to wheels passively, and the page would scroll with it.
    element.addEventListener('wheel', control.wheel, { passive: false })
    return () => {
      observer.disconnect()
      element.removeEventListener('wheel', control.wheel)
      control.stop()
    }
  }, [canvas, control])
  return control
}

type Latest = RefObject<Pick<Options, 'whole' | 'draw' | 'onTap'>>

function createControl(canvas: Options['canvas'], latest: Latest) {
  let camera: Camera | null = null
  let frame = 0
  const room = (): Room => ({ width: canvas.current?.clientWidth ?? 0, height: canvas.current?.clientHeight ?? 0 })
  const now = (): Camera => camera ?? fitted(latest.current.whole, room())
  const redraw = (): void => {
    if (frame !== 0) return
    frame = requestAnimationFrame(() => {
      frame = 0
      if (room().width > 0) latest.current.draw(now(), room())
    })
  }
  const look = (next: Camera): void => {
    camera = next
    redraw()
  }
  let flight = 0
  const fly = (to: Camera): void => {
    cancelAnimationFrame(flight)
    const from = now()
    const began = performance.now()
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      look(to)
      return
    }
    const step = (time: number): void => {
      const part = Math.min(1, Math.max(0, (time - began) / flightMs))
      look(between(from, to, 1 - (1 - part) ** 3))
      if (part < 1) flight = requestAnimationFrame(step)
    }
    flight = requestAnimationFrame(step)
  }
  const middle = () => ({ x: room().width / 2, y: room().height / 2 })
  const move = (byX: number, byY: number): void => look(moved(now(), byX, byY, latest.current.whole, room()))
  return {
    redraw,
    move,
    zoom: (factor: number): void => fly(zoomed(now(), factor, middle())),
    fit: (): void => fly(fitted(latest.current.whole, room())),
    center: (box: Box): void => fly(centred(box, room(), Math.max(0.9, now().scale))),
    wheel: (event: WheelEvent): void => {
      event.preventDefault()
      cancelAnimationFrame(flight)
      const factor = Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0016))
      look(zoomed(now(), factor, { x: event.offsetX, y: event.offsetY }))
    },
    ...createFingers({ now, look, move, tap: (x, y) => latest.current.onTap(x, y) }),
    stop: (): void => {
      cancelAnimationFrame(frame)
      cancelAnimationFrame(flight)
      frame = 0
    },
  }
}

type Hand = {
  now: () => Camera
  look: (camera: Camera) => void
  move: (byX: number, byY: number) => void
  tap: (x: number, y: number) => void
}
type Finger = { x: number; y: number }

/** One finger moves, two zoom about the point between them; one that does not move is a tap. */
function createFingers({ now, look, move, tap }: Hand) {
  const fingers = new Map<number, Finger>()
  let travelledPx = 0
  const spread = ([a, b]: Finger[]): number =>
    a === undefined || b === undefined ? 1 : Math.hypot(a.x - b.x, a.y - b.y)
  const at = (event: PointerEvent): Finger => ({ x: event.nativeEvent.offsetX, y: event.nativeEvent.offsetY })
  const lift = (event: PointerEvent): void => void fingers.delete(event.pointerId)
  return {
    onPointerDown: (event: PointerEvent): void => {
      if (event.button !== 0) return
      if (fingers.size === 0) travelledPx = 0
      event.currentTarget.setPointerCapture(event.pointerId)
      fingers.set(event.pointerId, at(event))
    },
    onPointerMove: (event: PointerEvent): void => {
      const before = fingers.get(event.pointerId)
      if (before === undefined) return
      const finger = at(event)
      const spreadBefore = spread([...fingers.values()])
      fingers.set(event.pointerId, finger)
      travelledPx += Math.hypot(finger.x - before.x, finger.y - before.y)
      if (travelledPx < tapPx) return
      move((finger.x - before.x) / fingers.size, (finger.y - before.y) / fingers.size)
      const all = [...fingers.values()]
      if (all.length !== 2) return
      const [a = finger, b = finger] = all
      look(zoomed(now(), spread(all) / Math.max(1, spreadBefore), { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }))
    },
    onPointerUp: (event: PointerEvent): void => {
      const wasAlone = fingers.size === 1 && fingers.has(event.pointerId)
      lift(event)
      const camera = now()
      const { x, y } = at(event)
      if (wasAlone && travelledPx < tapPx) tap(camera.x + x / camera.scale, camera.y + y / camera.scale)
    },
    onPointerCancel: lift,
  }
}
