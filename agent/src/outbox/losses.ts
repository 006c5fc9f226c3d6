import type { DatabaseSync } from 'node:sqlite'
import type { AgentRecordOf } from '@steward/shared/wire'
import { numberOf, type Queue } from './database.ts'
import type { Row } from './queue.ts'

type What = AgentRecordOf<'lost'>['what']

const whatIn: Readonly<Record<Queue, What>> = {
  chunks: 'samples',
  samples: 'samples',
  others: 'other',
  faults: 'faults',
}

export type Losses = {
  add(queue: Queue, row: Pick<Row, 'fromAt' | 'toAt' | 'records' | 'raw'>): void
  /** The losses as records to be sent, and begins anew. */
  takeRecords(at: number): AgentRecordOf<'lost'>[]
}

/** What had to be dropped and was not told yet; kept in the same transaction as the dropping. */
export function openLosses(db: DatabaseSync): Losses {
  const add = db.prepare(`INSERT INTO lost VALUES (?, ?, ?, ?, ?) ON CONFLICT (what) DO UPDATE SET
    from_at = min(from_at, excluded.from_at), to_at = max(to_at, excluded.to_at),
    records = records + excluded.records, bytes = bytes + excluded.bytes`)
  const read = (what: What) => db.prepare('SELECT from_at, to_at, records, bytes FROM lost WHERE what = ?').get(what)
  return {
    add(queue, { fromAt, toAt, records, raw }) {
      add.run(whatIn[queue], fromAt, toAt, records, raw)
    },
    takeRecords(at) {
      const told: AgentRecordOf<'lost'>[] = []
      for (const what of ['faults', 'other', 'samples'] as const) {
        const row = read(what)
        if (row === undefined) continue
        const from = numberOf(row.from_at)
        const to = numberOf(row.to_at)
        told.push({ type: 'lost', at, from, to, records: numberOf(row.records), bytes: numberOf(row.bytes), what })
      }
      db.exec('DELETE FROM lost')
      return told
    },
  }
}
