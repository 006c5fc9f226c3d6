import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import type { Language } from '@steward/shared/model'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import { useWords } from '../language/use-words.ts'
import classes from './charts.module.css'
import type { Columns } from './gaps.ts'
import { type Decoration, plotOptions } from './plot-options.ts'
import type { Span } from './span.ts'

export type PlotProps = Decoration & {
  columns: Columns
  span: Span
  zone: string
  /** charts with the same key share one cursor */
  cursorKey: string
  writeTick: (value: number) => string
  /** index into the columns, or null when the cursor is elsewhere */
  onPoint: (index: number | null) => void
  onZoom?: (fromMs: number, toMs: number) => void
  onBack?: () => void
}

/** The canvas of one chart; another scheme, language or zone is another chart, since its colours and words are drawn in. */
export default function Plot(props: PlotProps) {
  const { language } = useWords()
  const scheme = useComputedColorScheme()
  return <Canvas key={`${scheme} ${language} ${props.zone}`} {...props} language={language} />
}

/** Made once, fed in place. */
function Canvas(props: PlotProps & { language: Language }) {
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | null>(null)
  const latest = useRef(props)
  latest.current = props
  const { columns, span, zone, cursorKey, language } = props

  useEffect(() => {
    const element = place.current
    if (element === null) return
    const made = new uPlot(
      plotOptions({ element, zone, language, cursorKey, latest: () => latest.current }),
      latest.current.columns,
      element,
    )
    chart.current = made
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: element.clientHeight }))
    watch.observe(element)
    return () => {
      watch.disconnect()
      made.destroy()
      chart.current = null
    }
  }, [zone, language, cursorKey])

  useEffect(() => {
    chart.current?.batch(() => {
      chart.current?.setData(columns, false)
      chart.current?.setScale('x', { min: span.fromMs, max: span.toMs })
    })
  }, [columns, span.fromMs, span.toMs])

  return <div ref={place} className={classes.plot} />
}
