/** How a chart looks and behaves, for uPlot: one look for all charts of the app. */
import type { FaultLevel, Language } from '@steward/shared/model'
import uPlot from 'uplot'
import { writeClock, writeDay } from '../time/instant.ts'
import type { PlotProps } from './plot.tsx'

/** What is drawn into a chart beside its line. */
export type Decoration = {
  limits?: { low?: number | undefined; high?: number | undefined } | undefined
  /** least and greatest value that are shown; left out: as the values are */
  bounds?: [number, number] | undefined
  faults: readonly { fromMs: number; toMs: number; level: FaultLevel }[]
}

type Setting = {
  element: HTMLElement
  zone: string
  language: Language
  cursorKey: string
  latest: () => PlotProps
}

const dayMs = 86_400_000
const axisFont = "11px 'Inter Variable', sans-serif"

export function plotOptions({ element, zone, language, cursorKey, latest }: Setting): uPlot.Options {
  const color = (name: string): string => getComputedStyle(element).getPropertyValue(name).trim()
  const grid = { stroke: color('--line'), width: 1 }
  const axis = { stroke: color('--mantine-color-dimmed'), font: axisFont, grid, ticks: { show: false } }
  const writeTime = (_plot: uPlot, splits: number[]): string[] =>
    splits.map((at, i) => {
      const day = writeDay(at, zone, language)
      const isNewDay = i > 0 && writeDay(splits[i - 1] ?? at, zone, language) !== day
      const isLong = (splits[1] ?? at) - (splits[0] ?? at) >= dayMs / 2
      return isLong || isNewDay ? day : writeClock(at, zone, language, false)
    })
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    ms: 1,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    tzDate: (at) => uPlot.tzDate(new Date(at), zone),
    scales: {
      x: { time: true, range: () => [latest().span.fromMs, latest().span.toMs] },
      y: { range: (_plot, min, max) => latest().bounds ?? rangeOf(min, max) },
    },
    axes: [
      { ...axis, size: 28, space: 72, values: writeTime },
      { ...axis, size: 64, space: 36, values: (_plot, splits) => splits.map((it) => latest().writeTick(it)) },
    ],
    series: [
      {},
      { stroke: 'transparent', points: { show: false } },
      { stroke: color('--trace'), width: 1.5, points: { show: false }, spanGaps: false },
      { stroke: 'transparent', points: { show: false } },
    ],
    bands: [{ series: [3, 1], fill: color('--trace-band') }],
    cursor: {
      sync: { key: cursorKey, scales: ['x', null] },
      drag: { x: true, y: false, setScale: false },
      points: { size: 7, fill: color('--trace'), stroke: color('--surface'), show: true },
      bind: {
        dblclick: () => () => {
          latest().onBack?.()
          return null
        },
      },
    },
    hooks: {
      drawClear: [(plot) => drawFaults(plot, latest().faults, color)],
      draw: [(plot) => drawLimits(plot, latest().limits, color('--l2-text'))],
      setCursor: [
        (plot) =>
          latest().onPoint(plot.cursor.left !== undefined && plot.cursor.left >= 0 ? (plot.cursor.idx ?? null) : null),
      ],
      setSelect: [(plot) => zoom(plot, latest())],
      ready: [followFinger],
    },
  }
}

/** Room above and below; a line that does not move lies in the middle. */
function rangeOf(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null || !Number.isFinite(min) || !Number.isFinite(max)) return [0, 1]
  const room = max === min ? Math.max(1, Math.abs(max) * 0.1) : (max - min) * 0.12
  return [min >= 0 && min - room < 0 ? 0 : min - room, max + room]
}

const shortestDragPx = 8

function zoom(plot: uPlot, { onZoom }: PlotProps): void {
  const { left, width } = plot.select
  if (width < shortestDragPx) return
  const [from, to] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
  onZoom?.(Math.round(from), Math.round(to))
}

/** Without a mouse the cursor follows the finger; dragging sideways is looking, not zooming. */
function followFinger(plot: uPlot): void {
  const follow = (event: TouchEvent): void => {
    const touch = event.touches[0]
    if (touch === undefined) return
    const { left, top } = plot.over.getBoundingClientRect()
    plot.setCursor({ left: touch.clientX - left, top: touch.clientY - top })
  }
  plot.over.addEventListener('touchstart', follow, { passive: true })
  plot.over.addEventListener('touchmove', follow, { passive: true })
}

function drawFaults(plot: uPlot, faults: Decoration['faults'], color: (name: string) => string): void {
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  for (const { fromMs, toMs, level } of faults) {
    const left = plot.valToPos(fromMs, 'x', true)
    const width = Math.max(2 * ratio, plot.valToPos(toMs, 'x', true) - left)
    if (left > bbox.left + bbox.width || left + width < bbox.left) continue
    const name = level.toLowerCase()
    ctx.globalAlpha = 0.55
    ctx.fillStyle = color(`--${name}-tint`)
    ctx.fillRect(left, bbox.top, width, bbox.height)
    ctx.globalAlpha = 1
    ctx.fillStyle = color(`--${name}`)
    ctx.fillRect(left, bbox.top, width, 3 * ratio)
    ctx.fillStyle = color(`--${name}-text`)
    ctx.font = `600 ${10 * ratio}px 'Inter Variable', sans-serif`
    ctx.textAlign = 'left'
    ctx.textBaseline = 'top'
    ctx.fillText(level, Math.max(left, bbox.left) + 4 * ratio, bbox.top + 6 * ratio)
  }
  ctx.restore()
}

function drawLimits(plot: uPlot, limits: Decoration['limits'], color: string): void {
  const { ctx, bbox } = plot
  for (const limit of [limits?.low, limits?.high]) {
    if (limit === undefined) continue
    const y = Math.round(plot.valToPos(limit, 'y', true))
    if (y < bbox.top || y > bbox.top + bbox.height) continue
    ctx.save()
    ctx.strokeStyle = color
    ctx.lineWidth = devicePixelRatio
    ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio])
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
    ctx.restore()
  }
}
