import type { DatabaseSync } from 'node:sqlite'
import { gunzipSync, gzipSync } from 'node:zlib'
import { numberOf, type Queue, textOf } from './database.ts'

/** Records as they lie in a queue: `body` is their JSON, joined by commas. Times in epoch milliseconds. */
export type Row = { id: number; fromAt: number; toAt: number; records: number; raw: number; bytes: number }
export type NewRow = Omit<Row, 'id' | 'bytes'> & { body: string }

/** What SQLite itself needs beside a body, about. */
const rowBytes = 40

export type RecordQueue = {
  add(row: NewRow): void
  /** Rows one by one, without their bodies. */
  walk(order: 'oldest' | 'newest'): IterableIterator<Row>
  bodyOf(id: number): string
  remove(rows: readonly Row[]): void
  totals(): { records: number; bytes: number; oldestAt: number | null }
}

/** A queue in its table; every change keeps its totals, so that nothing has to be counted at a start. */
export function openQueue(db: DatabaseSync, queue: Queue): RecordQueue {
  const insert = db.prepare(
    `INSERT INTO ${queue} (from_at, to_at, records, raw, bytes, body) VALUES (?, ?, ?, ?, ?, ?)`,
  )
  const columns = `SELECT id, from_at, to_at, records, raw, bytes FROM ${queue}`
  const oldest = db.prepare(`${columns} ORDER BY id`)
  const newest = db.prepare(`${columns} ORDER BY id DESC`)
  const body = db.prepare(`SELECT body FROM ${queue} WHERE id = ?`)
  const remove = db.prepare(`DELETE FROM ${queue} WHERE id = ?`)
  const count = db.prepare('UPDATE totals SET records = records + ?, bytes = bytes + ? WHERE queue = ?')
  const total = db.prepare('SELECT records, bytes FROM totals WHERE queue = ?')
  const first = db.prepare(`SELECT from_at FROM ${queue} ORDER BY id LIMIT 1`)
  const isPacked = queue === 'chunks'

  return {
    add({ fromAt, toAt, records, raw, body }) {
      const stored = isPacked ? gzipSync(body) : Buffer.from(body, 'utf8')
      const bytes = stored.length + rowBytes
      insert.run(fromAt, toAt, records, raw, bytes, stored)
      count.run(records, bytes, queue)
    },
    *walk(order) {
      const statement = order === 'oldest' ? oldest : newest
      for (const row of statement.iterate()) {
        yield {
          id: numberOf(row.id),
          fromAt: numberOf(row.from_at),
          toAt: numberOf(row.to_at),
          records: numberOf(row.records),
          raw: numberOf(row.raw),
          bytes: numberOf(row.bytes),
        }
      }
    },
    bodyOf(id) {
      const stored = body.get(id)?.body
      return isPacked && stored instanceof Uint8Array ? gunzipSync(stored).toString('utf8') : textOf(stored)
    },
    remove(rows) {
      for (const { id, records, bytes } of rows) {
        remove.run(id)
        count.run(-records, -bytes, queue)
      }
    },
    totals() {
      const row = total.get(queue)
      const oldestRow = first.get()
      return {
        records: numberOf(row?.records),
        bytes: numberOf(row?.bytes),
        oldestAt: oldestRow === undefined ? null : numberOf(oldestRow.from_at),
      }
    },
  }
}
