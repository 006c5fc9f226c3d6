import type { Batches } from './batches.ts'
import type { Queue } from './database.ts'
import type { Losses } from './losses.ts'
import type { RecordQueue, Row } from './queue.ts'

export type PackingLimits = { maxBytes: number; maxRecords: number }

/** Samples waiting beyond this are packed, oldest first: about an eighth of the room, so that a long gap fits. */
const chunkRawBytes = 256 * 1024
const keepLooseBytes = 2 * chunkRawBytes

/**
 * Puts what waits into one new batch of about `maxBytes`: what was lost, faults, the rest, then the newest samples, then
 * the oldest packed ones, so that a long gap is filled without holding back what happens now. False when nothing waits.
 */
export function packBatch(
  queues: Readonly<Record<Queue, RecordQueue>>,
  losses: Losses,
  batches: Batches,
  limits: PackingLimits & { now: number },
): boolean {
  const told = losses.takeRecords(limits.now)
  const bodies = told.map((it) => JSON.stringify(it))
  const picked = { records: told.length, bytes: bodies.join(',').length, fromAt: limits.now }
  const fits = (row: Row, name: Queue) => {
    if (picked.records === 0) return true
    // A chunk cannot be cut, so that a batch which is half empty takes one beyond its size; or its turn would never come.
    const room = name === 'chunks' && picked.bytes <= limits.maxBytes / 2 ? Number.POSITIVE_INFINITY : limits.maxBytes
    return picked.bytes + row.raw + row.records <= room && picked.records + row.records <= limits.maxRecords
  }
  for (const name of ['faults', 'others', 'samples', 'chunks'] as const) {
    const queue = queues[name]
    const order = name === 'samples' && queues.chunks.totals().records > 0 ? 'newest' : 'oldest'
    const rows: Row[] = []
    for (const row of queue.walk(order)) {
      if (!fits(row, name)) break
      rows.push(row)
      picked.records += row.records
      picked.bytes += row.raw + row.records
      picked.fromAt = Math.min(picked.fromAt, row.fromAt)
    }
    if (order === 'newest') rows.reverse()
    bodies.push(...rows.map((it) => queue.bodyOf(it.id)))
    queue.remove(rows)
  }
  if (picked.records === 0) return false
  batches.add({ fromAt: picked.fromAt, records: picked.records, body: bodies.join(',') })
  return true
}

/** Packs the oldest loose samples into one chunk when many wait; a small step, so call it again while it says true. */
export function packSamples(queues: Readonly<Record<Queue, RecordQueue>>, maxRecords: number): boolean {
  const { samples, chunks } = queues
  if (samples.totals().bytes < keepLooseBytes) return false
  const rows: Row[] = []
  let raw = 0
  for (const row of samples.walk('oldest')) {
    if (rows.length > 0 && (raw + row.raw > chunkRawBytes || rows.length >= maxRecords)) break
    rows.push(row)
    raw += row.raw
  }
  const first = rows[0]
  if (first === undefined) return false
  chunks.add({
    fromAt: Math.min(...rows.map((it) => it.fromAt)),
    toAt: Math.max(...rows.map((it) => it.toAt)),
    records: rows.length,
    raw,
    body: rows.map((it) => samples.bodyOf(it.id)).join(','),
  })
  samples.remove(rows)
  return true
}
