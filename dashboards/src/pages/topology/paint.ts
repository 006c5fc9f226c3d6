/** Draws what of the topology is in sight: shapes only when far away, marks and names when near enough to be read. */
import type { Camera, Room } from '../../drawing/camera.ts'
import type { Box, Layers, Wire } from '../../drawing/layers.ts'
import { drawMark, markColor } from '../../marks/draw-mark.ts'
import type { MarkKind } from '../../marks/mark-kind.ts'

export type Shown = { id: string; name: string; mark: MarkKind }
export type Scene = {
  layers: Layers
  /** in the order of the layout */
  devices: readonly Shown[]
  /** the one looked at, with its chain; null: all alike */
  chain: { device: number; members: ReadonlySet<number> } | null
  color: (name: string) => string
}

/** Smaller on the screen than that nobody reads a name (its height), or tells marks apart (the width of a box). */
const namesFromPx = 7
const marksFromPx = 20
const dimmed = 0.22
const isLoud = (mark: MarkKind): boolean => mark === 'L1' || mark === 'L2' || mark === 'L3' || mark === 'L4'

export function paint(
  context: CanvasRenderingContext2D,
  scene: Scene,
  camera: Camera,
  room: Room,
  ratio: number,
): void {
  const { layers, color } = scene
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.globalAlpha = 1
  context.clearRect(0, 0, room.width, room.height)
  context.setTransform(
    ratio * camera.scale,
    0,
    0,
    ratio * camera.scale,
    -camera.x * camera.scale * ratio,
    -camera.y * camera.scale * ratio,
  )
  const sight = { x: camera.x, y: camera.y, width: room.width / camera.scale, height: room.height / camera.scale }
  context.lineWidth = Math.max(1, 1 / camera.scale)
  context.strokeStyle = color('--line')
  context.fillStyle = color('--sunken')
  for (const block of layers.blocks) {
    if (!meets(block, sight)) continue
    context.globalAlpha = 1
    round(context, block, 8)
    context.fill()
    context.stroke()
  }
  paintWires(context, scene, sight, camera.scale)
  for (const [number, box] of layers.boxes.entries()) {
    if (meets(box, sight)) paintDevice(context, scene, number, box, camera.scale)
  }
  context.globalAlpha = 1
}

function paintWires(context: CanvasRenderingContext2D, scene: Scene, sight: Box, scale: number): void {
  const { layers, color, chain } = scene
  for (const wire of layers.wires) {
    const from = layers.boxes[wire.from]
    const to = wire.block === null ? layers.boxes[wire.to ?? 0] : layers.blocks[wire.block]
    if (from === undefined || to === undefined || !meets(hull(from, to), sight)) continue
    const mark = scene.devices[wire.from]?.mark ?? 'well'
    const carriesFault = isLoud(mark) || mark === 'affected'
    const inChain = chain !== null && isInChain(wire, scene)
    context.globalAlpha = chain === null || inChain ? 1 : dimmed
    const plain = wire.isProposed ? '--focus' : '--line-strong'
    context.strokeStyle = color(carriesFault ? markColor[mark] : inChain ? '--mantine-color-text' : plain)
    context.lineWidth = (carriesFault || inChain ? 2 : 1.4) / Math.min(1, Math.max(scale, 0.2))
    context.setLineDash(wire.isProposed ? [2, 4] : wire.isAlternative ? [7, 5] : [])
    curve(context, from, to)
  }
  context.setLineDash([])
}

function isInChain(wire: Wire, { layers, chain }: Scene): boolean {
  if (chain === null || !(chain.members.has(wire.from) || chain.device === wire.from)) return false
  if (wire.to !== null) return chain.members.has(wire.to) || chain.device === wire.to
  const block = layers.blocks[wire.block ?? 0]
  const inBlock = (number: number): boolean => {
    const box = layers.boxes[number]
    return block !== undefined && box !== undefined && meets(box, block)
  }
  return inBlock(chain.device) || chain.members.values().some(inBlock)
}

function paintDevice(context: CanvasRenderingContext2D, scene: Scene, number: number, box: Box, scale: number): void {
  const { devices, chain, color } = scene
  const device = devices[number]
  if (device === undefined) return
  const { mark } = device
  const isChosen = chain?.device === number
  const widthPx = box.width * scale
  context.globalAlpha = chain === null || isChosen || chain.members.has(number) ? 1 : dimmed
  const rests = mark === 'affected' || mark === 'unknown' || mark === 'maintenance'
  context.fillStyle = color(isLoud(mark) ? (tint[mark] ?? '--surface') : rests ? '--unknown-tint' : '--surface')
  // Too far away for marks: the box itself is the mark.
  if (widthPx < marksFromPx && mark !== 'well') context.fillStyle = color(markColor[mark])
  context.strokeStyle = color(isChosen ? '--focus' : isLoud(mark) ? markColor[mark] : '--line-strong')
  context.lineWidth = (isChosen ? 3 : isLoud(mark) ? 2 : 1) / Math.min(1, scale)
  if (widthPx < marksFromPx && !isChosen) {
    context.fillRect(box.x, box.y, box.width, box.height)
    if (mark === 'well') context.strokeRect(box.x, box.y, box.width, box.height)
    return
  }
  context.setLineDash(mark === 'affected' && !isChosen ? [4, 3] : [])
  round(context, box, 6)
  context.fill()
  context.stroke()
  context.setLineDash([])
  // From far away names are written larger than they are, as far as the box has room.
  const namePx = Math.round(Math.min(box.height * 0.55, Math.max(13, 10 / scale)))
  const isNamed = namePx * scale >= namesFromPx
  const size = isNamed ? namePx * 1.1 : box.height * 0.7
  const x = isNamed ? box.x + 9 : box.x + box.width / 2 - size / 2
  drawMark(context, mark, { x, y: box.y + box.height / 2 - size / 2, size }, color)
  const begin = 9 + size + 7
  const room = { ...box, x: box.x + begin, width: box.width - begin - 8 }
  if (isNamed) paintName(context, scene, device, room, namePx)
}

const tint: Partial<Record<MarkKind, string>> = { L1: '--l1-tint', L2: '--l2-tint', L3: '--l3-tint', L4: '--l4-tint' }
const fontOf = (size: number, bold: boolean): string =>
  `${bold ? 600 : 400} ${size}px 'Inter Variable', -apple-system, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif`

function paintName(context: CanvasRenderingContext2D, { color }: Scene, device: Shown, room: Box, size: number): void {
  const { name, mark } = device
  context.font = fontOf(size, isLoud(mark))
  context.textBaseline = 'middle'
  context.fillStyle = color(mark === 'affected' ? '--mantine-color-dimmed' : '--mantine-color-text')
  context.fillText(shortened(context, name, room.width), room.x, room.y + room.height / 2 + 1)
}

const cut = new Map<string, string>()

/** Names that are longer than their box lose their middle: what tells them apart stands at the end. Measured once. */
function shortened(context: CanvasRenderingContext2D, text: string, width: number): string {
  const key = `${width} ${context.font} ${text}`
  const known = cut.get(key)
  if (known !== undefined) return known
  let shown = text
  for (let kept = text.length - 1; kept > 1 && context.measureText(shown).width > width; kept -= 1) {
    const end = Math.floor(kept / 2)
    shown = `${text.slice(0, kept - end)}…${text.slice(text.length - end)}`
  }
  if (cut.size > 20_000) cut.clear()
  cut.set(key, shown)
  return shown
}

function curve(context: CanvasRenderingContext2D, from: Box, to: Box): void {
  const down = to.y >= from.y + from.height
  const [x1, y1] = [from.x + from.width / 2, down ? from.y + from.height : from.y]
  const [x2, y2] = [to.x + to.width / 2, down ? to.y : to.y + to.height]
  const middle = (y1 + y2) / 2
  context.beginPath()
  context.moveTo(x1, y1)
  context.bezierCurveTo(x1, middle, x2, middle, x2, y2)
  context.stroke()
}

function round(context: CanvasRenderingContext2D, box: Box, radius: number): void {
  context.beginPath()
  context.roundRect(box.x, box.y, box.width, box.height, radius)
}

function meets(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

function hull(a: Box, b: Box): Box {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)]
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x + 1,
    height: Math.max(a.y + a.height, b.y + b.height) - y + 1,
  }
}
