import { randomUUID } from 'node:crypto'
import { existsSync, renameSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { type Batches, keptValues, openBatches, type StoredBatch } from './batches.ts'
import type { StateChanges } from './contract.ts'
import {
  inTransaction,
  numberOf,
  openDatabase,
  type Queue,
  queues as queueNames,
  sqliteCode,
  sqliteCorrupt,
  sqliteNotADatabase,
} from './database.ts'
import { dropForRoom, dropOlderThan } from './eviction.ts'
import { type Losses, openLosses } from './losses.ts'
import { packBatch, packSamples } from './packing.ts'
import { openQueue } from './queue.ts'

/** One record on its way in; `body` is its JSON. */
export type Item = { queue: Exclude<Queue, 'chunks'>; at: number; body: string }

export type StoreLimits = { maxBytes: number; maxAgeMs: number; maxBatchBytes: number; maxRecords: number }
export type StoreTotals = { records: number; bytes: number; oldestAt: number | null }
export type Refused = 'cut in two' | 'left out' | 'unknown'
/** Records up to this batch are stored at the hub. */
export type Acknowledged = { epoch: string; seq: number }

/**
 * The queues in one SQLite file. Every method is one transaction, or for `keepHouse` a few small ones, and throws what
 * SQLite throws; then nothing of it has happened.
 */
export type Store = {
  savedState(): Record<string, string>
  append(items: readonly Item[], state: StateChanges | null, acknowledged: Acknowledged | null): void
  take(maxBytes: number, now: number): StoredBatch | null
  beginEpoch(): void
  refuse(epoch: string, seq: number, now: number): Refused
  /** Several calls as one transaction: one wait for the disk. */
  together<T>(work: () => T): T
  /** Packs old samples, drops what is too old, gives free pages back. Bounded work; true when there is more of it. */
  keepHouse(now: number): boolean
  /** Carries the write-ahead log over and empties it, which gives its room back; for a full disk. */
  emptyLog(): void
  totals(): StoreTotals
  close(): void
}

/**
 * Opens the file, or makes it. A damaged one is set aside under another name and told by `setAside`, since the agent
 * must go on recording.
 */
export function openStore(file: string, limits: StoreLimits): { store: Store; setAside: string | null } {
  const { db, setAside } = openOrSetAside(file)
  return { store: storeOn(db, limits), setAside }
}

function openOrSetAside(file: string): { db: DatabaseSync; setAside: string | null } {
  try {
    return { db: openDatabase(file), setAside: null }
  } catch (error) {
    if (![sqliteCorrupt, sqliteNotADatabase].includes(sqliteCode(error))) throw error
    const setAside = `${file}.damaged-${randomUUID().slice(0, 8)}`
    renameSync(file, setAside)
    for (const part of ['-wal', '-shm'].filter((it) => existsSync(file + it))) renameSync(file + part, setAside + part)
    return { db: openDatabase(file), setAside }
  }
}

function storeOn(db: DatabaseSync, limits: StoreLimits): Store {
  const queues = {
    faults: openQueue(db, 'faults'),
    others: openQueue(db, 'others'),
    samples: openQueue(db, 'samples'),
    chunks: openQueue(db, 'chunks'),
  }
  const losses = openLosses(db)
  const batches = openBatches(db)
  const kept = keptValues(db)
  const all = <T>(work: () => T): T => inTransaction(db, work)

  const addItems = (items: readonly Item[]) => {
    for (const { queue, at, body } of items) {
      queues[queue].add({ fromAt: at, toAt: at, records: 1, raw: Buffer.byteLength(body), body })
    }
  }
  return {
    savedState: () => kept.beginningWith('state'),
    append(items, state, acknowledged) {
      all(() => {
        if (acknowledged !== null) batches.removeUpTo(acknowledged.epoch, acknowledged.seq)
        addItems(items)
        for (const [name, text] of Object.entries(state ?? {})) kept.set(name, text)
        dropForRoom(queues, losses, limits.maxBytes - batches.totals().bytes)
      })
    },
    take(maxBytes, now) {
      const waiting = batches.oldest()
      if (waiting !== null) return waiting
      const packing = { maxBytes: Math.min(maxBytes, limits.maxBatchBytes), maxRecords: limits.maxRecords, now }
      return all(() => packBatch(queues, losses, batches, packing)) ? batches.oldest() : null
    },
    beginEpoch() {
      all(() => batches.beginEpoch())
    },
    together: all,
    refuse: (epoch, seq, now) => all(() => refuseBatch(batches, losses, { epoch, seq }, now)),
    keepHouse(now) {
      const packed = all(() => packSamples(queues, limits.maxRecords / 2))
      const dropped = all(() => dropOlderThan(queues, losses, now - limits.maxAgeMs))
      if (!packed && !dropped) giveBackPages(db)
      return packed || dropped
    },
    emptyLog() {
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    },
    totals() {
      const parts = [batches.totals(), ...queueNames.map((it) => queues[it].totals())]
      const times = parts.map((it) => it.oldestAt).filter((it) => it !== null)
      return {
        records: parts.reduce((sum, it) => sum + it.records, 0),
        bytes: parts.reduce((sum, it) => sum + it.bytes, 0),
        oldestAt: times.length === 0 ? null : Math.min(...times),
      }
    },
    close() {
      db.close()
    },
  }
}

/** Takes a batch that the hub refuses apart, until the one record that it does not want is alone. */
function refuseBatch(batches: Batches, losses: Losses, { epoch, seq }: Acknowledged, now: number): Refused {
  const batch = batches.find(epoch, seq)
  if (batch === null) return 'unknown'
  batches.removeUpTo(epoch, seq)
  const records: unknown = JSON.parse(`[${batch.body}]`)
  const list = Array.isArray(records) ? records.map((it) => JSON.stringify(it)) : []
  if (list.length <= 1) {
    losses.add('others', { fromAt: now, toAt: now, records: 1, raw: Math.max(1, batch.bytes) })
    return 'left out'
  }
  const middle = Math.ceil(list.length / 2)
  for (const half of [list.slice(0, middle), list.slice(middle)]) {
    batches.add({ fromAt: now, records: half.length, body: half.join(',') })
  }
  return 'cut in two'
}

const keepFreePages = 2048
const pagesAtOnce = 256

/** A long gap makes the file large; afterwards it shrinks again, some pages at a time. */
function giveBackPages(db: DatabaseSync): void {
  const free = numberOf(db.prepare('PRAGMA freelist_count').get()?.freelist_count)
  if (free > keepFreePages + pagesAtOnce) db.exec(`PRAGMA incremental_vacuum(${pagesAtOnce})`)
}
