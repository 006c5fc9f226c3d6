import { Box } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { type ReactNode, useMemo, useState } from 'react'
import { useWords } from '../language/use-words.ts'
import classes from './drawing.module.css'
import { layOut, type Placed, type TreeNode } from './tree.ts'

type Props = {
  tree: TreeNode
  label: string
  /** what stands in a device's box */
  draw: (id: string, isRoot: boolean) => ReactNode
}

const across = { columnPx: 208, rowPx: 48, boxPx: 168, boxHeightPx: 40 }
const down = { columnPx: 24, rowPx: 52, boxPx: 0, boxHeightPx: 44 }

/** A cause with everything behind it, as boxes joined by lines: across on a wide screen, down on a phone. */
export function TreeDrawing({ tree, label, draw }: Props) {
  const { t } = useWords()
  const narrow = useMediaQuery('(max-width: 48em)') ?? false
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const way = narrow ? 'down' : 'across'
  const layout = useMemo(() => layOut(tree, way, opened), [tree, way, opened])
  const size = narrow ? down : across
  const byId = new Map(layout.places.map((it) => [it.id, it]))
  const width = layout.columns * size.columnPx
  const height = layout.rows * size.rowPx
  return (
    <div className={classes.scroll}>
      <Box
        className={classes.drawing}
        role="group"
        aria-label={label}
        __vars={{ '--width': narrow ? '100%' : `${width}px`, '--height': `${height}px` }}
      >
        <svg className={classes.lines} width={narrow ? '100%' : width} height={height} aria-hidden="true">
          {layout.places.map((it) => {
            const parent = it.parent === null ? undefined : byId.get(it.parent)
            return parent === undefined ? null : <path key={it.id} d={lineBetween(parent, it, narrow)} />
          })}
        </svg>
        {layout.places.map((it) => (
          <Box
            key={it.id}
            className={classes.place}
            __vars={{
              '--x': `${it.column * size.columnPx}px`,
              '--y': `${it.row * size.rowPx}px`,
              '--box': narrow ? `calc(100% - ${it.column * size.columnPx}px)` : `${size.boxPx}px`,
              '--box-height': `${size.boxHeightPx}px`,
            }}
          >
            {it.more === 0 ? (
              draw(it.id, it.parent === null)
            ) : (
              <button
                type="button"
                className={classes.more}
                onClick={() => setOpened(new Set([...opened, it.parent ?? '']))}
              >
                {t('drawing.more', { count: it.more })}
              </button>
            )}
          </Box>
        ))}
      </Box>
    </div>
  )
}

function lineBetween(from: Placed, to: Placed, narrow: boolean): string {
  if (narrow) {
    const x = from.column * down.columnPx + 10
    const y = to.row * down.rowPx + down.boxHeightPx / 2
    return `M${x} ${from.row * down.rowPx + down.boxHeightPx}V${y}H${to.column * down.columnPx}`
  }
  const [x1, y1] = [from.column * across.columnPx + across.boxPx, from.row * across.rowPx + across.boxHeightPx / 2]
  const [x2, y2] = [to.column * across.columnPx, to.row * across.rowPx + across.boxHeightPx / 2]
  const middle = (x1 + x2) / 2
  const radius = Math.min(8, Math.abs(y2 - y1) / 2)
  if (radius === 0) return `M${x1} ${y1}H${x2}`
  return `M${x1} ${y1}H${middle - radius}Q${middle} ${y1} ${middle} ${y1 + radius}V${y2 - radius}Q${middle} ${y2} ${middle + radius} ${y2}H${x2}`
}
