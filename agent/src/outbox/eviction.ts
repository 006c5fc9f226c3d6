import type { Queue } from './database.ts'
import type { Losses } from './losses.ts'
import type { RecordQueue, Row } from './queue.ts'

/** The oldest samples go first and faults last. */
const leastDearFirst = ['chunks', 'samples', 'others', 'faults'] as const

/** At most this many rows go in one transaction, so that none takes long. */
const maxRows = 2000

type Queues = Readonly<Record<Queue, RecordQueue>>

function drop(queues: Queues, losses: Losses, name: Queue, rows: readonly Row[]): void {
  queues[name].remove(rows)
  for (const row of rows) losses.add(name, row)
}

/** Makes room until all queues together take at most `maxBytes`; what goes is noted as lost. */
export function dropForRoom(queues: Queues, losses: Losses, maxBytes: number): void {
  let excess = leastDearFirst.reduce((sum, it) => sum + queues[it].totals().bytes, 0) - maxBytes
  for (const name of leastDearFirst) {
    if (excess <= 0) return
    const rows: Row[] = []
    for (const row of queues[name].walk('oldest')) {
      if (excess <= 0 || rows.length >= maxRows) break
      rows.push(row)
      excess -= row.bytes
    }
    drop(queues, losses, name, rows)
  }
}

/** Drops what is wholly older than `cutoffAt` (epoch milliseconds). True when there may be more. */
export function dropOlderThan(queues: Queues, losses: Losses, cutoffAt: number): boolean {
  let isMore = false
  for (const name of leastDearFirst) {
    const rows: Row[] = []
    for (const row of queues[name].walk('oldest')) {
      if (row.toAt >= cutoffAt || rows.length >= maxRows) break
      rows.push(row)
    }
    drop(queues, losses, name, rows)
    isMore ||= rows.length >= maxRows
  }
  return isMore
}
