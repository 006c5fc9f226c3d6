import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { numberOf, textOf } from './database.ts'

/** Records under a number of their own, until the hub has acknowledged them. `body` as in a queue. */
export type StoredBatch = { number: number; epoch: string; seq: number; records: number; bytes: number; body: string }
export type NewBatch = { fromAt: number; records: number; body: string }

export type Batches = {
  add(batch: NewBatch): void
  oldest(): StoredBatch | null
  find(epoch: string, seq: number): StoredBatch | null
  removeUpTo(epoch: string, seq: number): void
  /** All that wait get numbers of a new epoch: the old numbers have been used for something else. */
  beginEpoch(): void
  totals(): { records: number; bytes: number; oldestAt: number | null }
}

export function openBatches(db: DatabaseSync): Batches {
  const kept = keptValues(db)
  const insert = db.prepare('INSERT INTO batches (epoch, seq, from_at, records, bytes, body) VALUES (?, ?, ?, ?, ?, ?)')
  const count = db.prepare("UPDATE totals SET records = records + ?, bytes = bytes + ? WHERE queue = 'batches'")
  const columns = 'SELECT number, epoch, seq, records, bytes, body FROM batches'
  const first = db.prepare(`${columns} ORDER BY number LIMIT 1`)
  const one = db.prepare(`${columns} WHERE epoch = ? AND seq = ?`)
  const epoch = (): string => {
    const known = kept.get('epoch')
    if (known !== null) return known
    const made = randomUUID()
    kept.set('epoch', made)
    return made
  }
  const nextSeq = (): number => {
    const seq = Number(kept.get('seq') ?? 0) + 1
    kept.set('seq', String(seq))
    return seq
  }
  return {
    add({ fromAt, records, body }) {
      const bytes = Buffer.byteLength(body)
      insert.run(epoch(), nextSeq(), fromAt, records, bytes, body)
      count.run(records, bytes)
    },
    oldest: () => batchOf(first.get()),
    find: (ofEpoch, seq) => batchOf(one.get(ofEpoch, seq)),
    removeUpTo(ofEpoch, seq) {
      const where = 'FROM batches WHERE epoch = ? AND seq <= ?'
      const sum = db
        .prepare(`SELECT coalesce(sum(records), 0) AS n, coalesce(sum(bytes), 0) AS size ${where}`)
        .get(ofEpoch, seq)
      db.prepare(`DELETE ${where}`).run(ofEpoch, seq)
      count.run(-numberOf(sum?.n), -numberOf(sum?.size))
    },
    beginEpoch() {
      kept.set('epoch', randomUUID())
      kept.set('seq', '0')
      const renumber = db.prepare('UPDATE batches SET epoch = ?, seq = ? WHERE number = ?')
      const numbers = db.prepare('SELECT number FROM batches ORDER BY number').all()
      for (const row of numbers) renumber.run(epoch(), nextSeq(), numberOf(row.number))
    },
    totals() {
      const row = db.prepare("SELECT records, bytes FROM totals WHERE queue = 'batches'").get()
      const oldest = db.prepare('SELECT from_at FROM batches ORDER BY number LIMIT 1').get()
      return {
        records: numberOf(row?.records),
        bytes: numberOf(row?.bytes),
        oldestAt: oldest === undefined ? null : numberOf(oldest.from_at),
      }
    },
  }
}

function batchOf(row: ReturnType<ReturnType<DatabaseSync['prepare']>['get']>): StoredBatch | null {
  if (row === undefined) return null
  return {
    number: numberOf(row.number),
    epoch: textOf(row.epoch),
    seq: numberOf(row.seq),
    records: numberOf(row.records),
    bytes: numberOf(row.bytes),
    body: textOf(row.body),
  }
}

/** Small named texts beside the queues: epoch, last sequence, the saved state. */
export function keptValues(db: DatabaseSync): {
  get(name: string): string | null
  beginningWith(prefix: string): Record<string, string>
  set(name: string, value: string | null): void
} {
  const read = db.prepare('SELECT value FROM kept WHERE name = ?')
  const some = db.prepare("SELECT name, value FROM kept WHERE name GLOB ? || '*'")
  const remove = db.prepare('DELETE FROM kept WHERE name = ?')
  const write = db.prepare('INSERT INTO kept VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
  return {
    get(name) {
      const row = read.get(name)
      return row === undefined ? null : textOf(row.value)
    },
    beginningWith: (prefix) =>
      Object.fromEntries(some.all(prefix).map(({ name, value }) => [textOf(name), textOf(value)])),
    set(name, value) {
      if (value === null) remove.run(name)
      else write.run(name, value)
    },
  }
}
