import { useCallback, useEffect, useRef, useState } from 'react'
import { holdRows } from './hold-rows.ts'

/** How long after a touch, a key or a move of the mouse the screen counts as under somebody's hand. */
const atHandMs = 12_000
const lookEveryMs = 2000

export type Held<Row> = {
  rows: Row[]
  /** rows that wait to be let in */
  waiting: number
  /** lets them in, in their right order */
  letIn: () => void
}

/**
 * Rows that do not jump under a finger: while somebody is at the screen, rows change in place, those that are gone stay, and
 * new ones wait. A screen that nobody touches (a wall) is brought up to date by itself.
 */
export function useHeld<Row>(live: readonly Row[], keyOf: (row: Row) => string, resetOn: string): Held<Row> {
  const [order, setOrder] = useState<{ for: string; keys: string[] }>({ for: resetOn, keys: live.map(keyOf) })
  const known = useRef(new Map<string, Row>())
  if (order.for !== resetOn) known.current.clear()
  const keys = order.for === resetOn && order.keys.length > 0 ? order.keys : live.map(keyOf)
  const held = holdRows(live, keys, keyOf, known.current)

  const letIn = useCallback(() => {
    known.current.clear()
    setOrder({ for: resetOn, keys: live.map(keyOf) })
  }, [live, keyOf, resetOn])

  const isCurrent = order.for === resetOn && order.keys.length > 0 && held.isCurrent
  useEffect(() => {
    if (isCurrent) return
    if (order.for !== resetOn || order.keys.length === 0 || !isAtHand()) {
      letIn()
      return
    }
    const timer = setInterval(() => {
      if (!isAtHand()) letIn()
    }, lookEveryMs)
    return () => clearInterval(timer)
  }, [isCurrent, letIn, order, resetOn])

  return { rows: held.rows, waiting: held.waiting, letIn }
}

let lastTouchedAt = 0
const touch = (): void => {
  lastTouchedAt = Date.now()
}
for (const name of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchmove'] as const) {
  globalThis.addEventListener?.(name, touch, { passive: true, capture: true })
}

/** A finger may be above the glass without touching it: a screen made for fingers is always at hand. */
function isAtHand(): boolean {
  return Date.now() - lastTouchedAt < atHandMs || (lastTouchedAt > 0 && matchMedia('(pointer: coarse)').matches)
}
