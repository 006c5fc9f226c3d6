import { ActionIcon } from '@mantine/core'
import { IconMaximize, IconMinus, IconPlus } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import type { Camera, Room } from '../../drawing/camera.ts'
import { useWords } from '../../language/use-words.ts'
import { paint, type Scene } from './paint.ts'
import classes from './topology.module.css'
import { useCamera } from './use-camera.ts'

type Props = {
  scene: Omit<Scene, 'color'>
  onChoose: (device: number | null) => void
}

const stepPx = 80
const nearer = 1.4

/**
 * The drawing itself: a canvas that is moved and zoomed by hand, wheel and keys. What it shows is told beside it in words.
 * A canvas, since elements of the page are not fluid by the thousand: with 5,000 devices (`pnpm bench topology-page`, two cores,
 * no graphics card) a frame takes 17 ms at the median while all of it is moved, 50 ms at the 95th percentile, a tap 32 ms.
 */
export function TopologyMap({ scene, onChoose }: Props) {
  const { t } = useWords()
  const canvas = useRef<HTMLCanvasElement>(null)
  const draw = (camera: Camera, room: Room): void => {
    if (canvas.current !== null) paintInto(canvas.current, scene, camera, room)
  }
  const view = useCamera({
    canvas,
    whole: scene.layers,
    draw,
    onTap: (x, y) => onChoose(deviceAt(scene, x, y)),
  })
  const chosen = scene.chain?.device
  const box = chosen === undefined ? undefined : scene.layers.boxes[chosen]
  // Whatever made this render may have changed the picture; a frame is drawn once however often it is asked for.
  useEffect(() => view.redraw())
  useEffect(() => {
    if (box !== undefined) view.center(box)
  }, [view, box])
  const press = (event: KeyboardEvent): void => {
    const act = actOf(event.key, view)
    if (act === null || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    act()
  }
  return (
    <div className={classes.map}>
      <canvas
        ref={canvas}
        className={classes.canvas}
        tabIndex={0}
        role="img"
        aria-label={t('topology.map', { count: scene.devices.length })}
        aria-describedby="topology-keys"
        onKeyDown={press}
        onPointerDown={view.onPointerDown}
        onPointerMove={view.onPointerMove}
        onPointerUp={view.onPointerUp}
        onPointerCancel={view.onPointerCancel}
      />
      <div className={classes.zoom}>
        <ActionIcon variant="default" aria-label={t('topology.nearer')} onClick={() => view.zoom(nearer)}>
          <IconPlus size={16} />
        </ActionIcon>
        <ActionIcon variant="default" aria-label={t('topology.further')} onClick={() => view.zoom(1 / nearer)}>
          <IconMinus size={16} />
        </ActionIcon>
        <ActionIcon variant="default" aria-label={t('topology.whole')} onClick={view.fit}>
          <IconMaximize size={16} />
        </ActionIcon>
      </div>
    </div>
  )
}

type View = ReturnType<typeof useCamera>

/** What a key does to the view; null for keys that are not ours. */
function actOf(key: string, view: View): (() => void) | null {
  switch (key) {
    case 'ArrowLeft':
      return () => view.move(stepPx, 0)
    case 'ArrowRight':
      return () => view.move(-stepPx, 0)
    case 'ArrowUp':
      return () => view.move(0, stepPx)
    case 'ArrowDown':
      return () => view.move(0, -stepPx)
    case '+':
    case '=':
      return () => view.zoom(nearer)
    case '-':
      return () => view.zoom(1 / nearer)
    case '0':
      return view.fit
    default:
      return null
  }
}

function paintInto(canvas: HTMLCanvasElement, scene: Props['scene'], camera: Camera, room: Room): void {
  const context = canvas.getContext('2d')
  if (context === null) return
  const ratio = window.devicePixelRatio
  const [width, height] = [Math.round(room.width * ratio), Math.round(room.height * ratio)]
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  paint(context, { ...scene, color: colorsOf(canvas) }, camera, room, ratio)
}

function colorsOf(canvas: HTMLCanvasElement): (name: string) => string {
  const style = getComputedStyle(canvas)
  const known = new Map<string, string>()
  return (name) => {
    const color = known.get(name) ?? style.getPropertyValue(name).trim()
    known.set(name, color)
    return color
  }
}

function deviceAt({ layers }: Props['scene'], x: number, y: number): number | null {
  const at = layers.boxes.findIndex((it) => x >= it.x && x <= it.x + it.width && y >= it.y && y <= it.y + it.height)
  return at === -1 ? null : at
}
