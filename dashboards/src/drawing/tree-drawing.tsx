import { Box } from '@mantine/core'
import { useElementSize, useMediaQuery } from '@mantine/hooks'
import { type ReactNode, useMemo, useState } from 'react'
import { useWords } from '../language/use-words.ts'
import classes from './drawing.module.css'
import { type Layout, layOut, type Placed, type TreeNode } from './tree.ts'

type Props = {
  tree: TreeNode
  label: string
  /** what stands in a device's box */
  draw: (id: string, isRoot: boolean) => ReactNode
}

const across = { rowPx: 48, gapPx: 40, boxHeightPx: 40, leastPx: 152, mostPx: 280 }
const down = { columnPx: 24, rowPx: 52, boxHeightPx: 44 }

/** A cause with everything behind it, as boxes joined by lines: across on a wide screen, down on a phone. */
export function TreeDrawing({ tree, label, draw }: Props) {
  const { t } = useWords()
  const narrow = useMediaQuery('(max-width: 48em)') ?? false
  const { ref, width: room } = useElementSize()
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const layout = useMemo(() => layOut(tree, narrow ? 'down' : 'across', opened), [tree, narrow, opened])
  const grid = narrow ? gridDown(layout) : gridAcross(layout, room)
  const byId = new Map(layout.places.map((it) => [it.id, it]))
  return (
    <div className={classes.scroll}>
      <Box
        ref={ref}
        component="section"
        className={classes.drawing}
        aria-label={label}
        __vars={{ '--width': grid.width, '--height': `${grid.heightPx}px` }}
      >
        <svg className={classes.lines} width="100%" height={grid.heightPx} aria-hidden="true">
          {layout.places.map((it) => {
            const parent = it.parent === null ? undefined : byId.get(it.parent)
            return parent === undefined ? null : <path key={it.id} d={grid.line(parent, it)} />
          })}
        </svg>
        {layout.places.map((it) => (
          <Box key={it.id} className={classes.place} __vars={grid.place(it)}>
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

/** Where boxes and lines are, in CSS lengths. */
type Grid = {
  width: string
  heightPx: number
  place: (it: Placed) => Record<string, string>
  line: (from: Placed, to: Placed) => string
}

function gridAcross(layout: Layout, roomPx: number): Grid {
  const { rowPx, gapPx, boxHeightPx, leastPx, mostPx } = across
  const fairPx = (roomPx - (layout.columns - 1) * gapPx) / layout.columns
  const boxPx = Math.floor(Math.min(mostPx, Math.max(leastPx, fairPx)))
  const left = (it: Placed): number => it.column * (boxPx + gapPx)
  return {
    width: `${layout.columns * (boxPx + gapPx) - gapPx}px`,
    heightPx: layout.rows * rowPx,
    place: (it) => ({
      '--x': `${left(it)}px`,
      '--y': `${it.row * rowPx}px`,
      '--box': `${boxPx}px`,
      '--box-height': `${boxHeightPx}px`,
    }),
    line: (from, to) => {
      const [x1, y1] = [left(from) + boxPx, from.row * rowPx + boxHeightPx / 2]
      const [x2, y2] = [left(to), to.row * rowPx + boxHeightPx / 2]
      const middle = (x1 + x2) / 2
      const round = Math.min(8, Math.abs(y2 - y1) / 2)
      if (round === 0) return `M${x1} ${y1}H${x2}`
      const begin = `M${x1} ${y1}H${middle - round}Q${middle} ${y1} ${middle} ${y1 + round}`
      return `${begin}V${y2 - round}Q${middle} ${y2} ${middle + round} ${y2}H${x2}`
    },
  }
}

function gridDown(layout: Layout): Grid {
  const { columnPx, rowPx, boxHeightPx } = down
  return {
    width: '100%',
    heightPx: layout.rows * rowPx,
    place: (it) => ({
      '--x': `${it.column * columnPx}px`,
      '--y': `${it.row * rowPx}px`,
      '--box': `calc(100% - ${it.column * columnPx}px)`,
      '--box-height': `${boxHeightPx}px`,
    }),
    line: (from, to) => {
      const x = from.column * columnPx + 10
      const y = to.row * rowPx + boxHeightPx / 2
      return `M${x} ${from.row * rowPx + boxHeightPx}V${y}H${to.column * columnPx}`
    },
  }
}
