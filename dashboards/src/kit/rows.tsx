import { Box } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import classes from './rows.module.css'

export type Column<Row> = {
  key: string
  title: string
  /** a track of CSS grid: `2fr`, `96px` */
  width: string
  /** shown from this width on; a phone shows what has none */
  from?: 'sm' | 'md' | 'lg'
  align?: 'end'
  cell: (row: Row) => ReactNode
}

type Props<Row> = {
  /** what the table is of, for those who do not see it */
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string
  /** quiet: it is over, or switched off */
  isDim?: (row: Row) => boolean
  /** height of a row in px, wide and on a phone; held exactly where rows are virtual */
  height?: number
  phoneHeight?: number
}

const virtualFrom = 200
const overscan = 12

/** A dense table that becomes two-line rows on a phone, and draws only what is seen where there are many. */
export function Rows<Row>({ label, columns, rows, keyOf, isDim, height = 44, phoneHeight = 64 }: Props<Row>) {
  const isVirtual = rows.length > virtualFrom
  const narrow = useMediaQuery('(max-width: 48em)') ?? false
  const rowHeight = narrow ? phoneHeight : height
  const draw = (row: Row): ReactNode =>
    columns.map((it) => (
      <td key={it.key} className={classes.cell} data-from={it.from} data-align={it.align}>
        {it.cell(row)}
      </td>
    ))
  return (
    <Box
      component="table"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      className={classes.table}
      __vars={{ ...templates(columns), '--row-height': `${rowHeight}px` }}
    >
      <thead>
        <tr className={classes.head}>
          {columns.map((it) => (
            <th key={it.key} scope="col" className={classes.cell} data-from={it.from} data-align={it.align}>
              {it.title}
            </th>
          ))}
        </tr>
      </thead>
      {isVirtual ? (
        <VirtualBody key={rowHeight} rows={rows} keyOf={keyOf} isDim={isDim} rowHeight={rowHeight} draw={draw} />
      ) : (
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} className={classes.row} data-dim={isDim?.(row) || undefined}>
              {draw(row)}
            </tr>
          ))}
        </tbody>
      )}
    </Box>
  )
}

type BodyProps<Row> = {
  rows: readonly Row[]
  keyOf: (row: Row) => string
  isDim: ((row: Row) => boolean) | undefined
  rowHeight: number
  draw: (row: Row) => ReactNode
}

function VirtualBody<Row>({ rows, keyOf, isDim, rowHeight, draw }: BodyProps<Row>) {
  const body = useRef<HTMLTableSectionElement>(null)
  const [top, setTop] = useState(0)
  // What stands above can grow (a banner); without its height the wrong rows would be drawn.
  useLayoutEffect(() => {
    const measure = (): void => {
      if (body.current !== null) setTop(body.current.getBoundingClientRect().top + window.scrollY)
    }
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(document.body)
    return () => watch.disconnect()
  }, [])
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan,
    scrollMargin: top,
    getItemKey: (i) => {
      const row = rows[i]
      return row === undefined ? i : keyOf(row)
    },
  })
  return (
    <Box
      component="tbody"
      ref={body}
      className={classes.virtual}
      __vars={{ '--body-height': `${virtual.getTotalSize()}px` }}
    >
      {virtual.getVirtualItems().map((item) => {
        const row = rows[item.index]
        if (row === undefined) return null
        return (
          <Box
            key={item.key}
            component="tr"
            aria-rowindex={item.index + 2}
            className={classes.row}
            data-virtual
            data-dim={isDim?.(row) || undefined}
            __vars={{ '--row-top': `${item.start - top}px` }}
          >
            {draw(row)}
          </Box>
        )
      })}
    </Box>
  )
}

const widths = ['', 'sm', 'md', 'lg'] as const

/** The grid's tracks at each width, from the columns that are shown there. */
function templates<Row>(columns: readonly Column<Row>[]): Record<string, string> {
  return Object.fromEntries(
    widths.map((width, i) => {
      const shown = columns.filter((it) => widths.indexOf(it.from ?? '') <= i)
      return [`--tracks-${width === '' ? 'xs' : width}`, shown.map((it) => `minmax(0, ${it.width})`).join(' ')]
    }),
  )
}
