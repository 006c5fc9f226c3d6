import type { MarkKind } from './mark-kind.ts'
import { shapes } from './shapes.ts'

/** The colour of a mark, by the name of its variable. */
export const markColor: Readonly<Record<MarkKind, string>> = {
  L1: '--l1',
  L2: '--l2',
  L3: '--l3-edge',
  L4: '--l4',
  well: '--well',
  unknown: '--unknown',
  maintenance: '--maintenance',
  affected: '--unknown',
}

type Stroke = { path: Path2D; width: number; dash?: number[] }
type Drawn = { fill?: Path2D; lines?: Stroke; onSurface?: Stroke }

let known: Record<MarkKind, Drawn> | undefined

/** What `Mark` draws on a page, drawn into a canvas: a square of `size` at `x`, `y`. */
export function drawMark(
  context: CanvasRenderingContext2D,
  kind: MarkKind,
  at: { x: number; y: number; size: number },
  color: (name: string) => string,
): void {
  known ??= outlines()
  const { fill, lines, onSurface } = known[kind]
  context.save()
  context.translate(at.x, at.y)
  context.scale(at.size / 16, at.size / 16)
  context.fillStyle = color(kind === 'L3' ? '--l3' : markColor[kind])
  context.strokeStyle = color(markColor[kind])
  if (fill !== undefined) context.fill(fill)
  if (lines !== undefined) stroke(context, lines)
  context.strokeStyle = color('--surface')
  if (onSurface !== undefined) stroke(context, onSurface)
  context.restore()
}

function stroke(context: CanvasRenderingContext2D, { path, width, dash = [] }: Stroke): void {
  context.lineWidth = width
  context.lineCap = dash.length === 0 ? 'round' : 'butt'
  context.lineJoin = 'round'
  context.setLineDash(dash)
  context.stroke(path)
}

function outlines(): Record<MarkKind, Drawn> {
  const disc = (radius: number): Path2D => {
    const path = new Path2D()
    path.arc(8, 8, radius, 0, 2 * Math.PI)
    return path
  }
  const square = new Path2D()
  square.roundRect(2, 2, 12, 12, 2.5)
  const diamond = new Path2D(shapes.diamond)
  return {
    L1: { fill: new Path2D(shapes.octagon), onSurface: { path: new Path2D(shapes.octagonBang), width: 1.8 } },
    L2: { fill: new Path2D(shapes.triangle), onSurface: { path: new Path2D(shapes.triangleBang), width: 1.6 } },
    L3: { fill: diamond, lines: { path: diamond, width: 1.2 } },
    L4: { fill: disc(6) },
    well: { lines: { path: new Path2D(shapes.check), width: 2.2 } },
    unknown: { lines: { path: disc(5.8), width: 1.8, dash: [2.6, 1.96] } },
    maintenance: { fill: new Path2D(shapes.wrench) },
    affected: { fill: square, onSurface: { path: new Path2D(shapes.chevron), width: 1.8 } },
  }
}
