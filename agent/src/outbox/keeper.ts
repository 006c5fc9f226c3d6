import { gzipSync } from 'node:zlib'
import type { StoredBatch } from './batches.ts'
import type { StateChanges } from './contract.ts'
import { pendingWrites, type WriteEvents } from './pending-writes.ts'
import type { Answers, TakenBatch } from './protocol.ts'
import type { Reserve } from './reserve.ts'
import type { Item, Store } from './store.ts'

const commitWithinMs = 250
const retryMs = 1000
const houseEveryMs = 1000
const houseSteps = 4

export type Keeper = {
  append(items: readonly Item[], state: StateChanges | null, urgent: boolean): void
  take(maxBytes: number): Answers['take']
  acknowledge(epoch: string, seq: number, acknowledged: number): boolean
  refuse(epoch: string, seq: number): Answers['refuse']
  flush(done: () => void): void
  close(): void
}

/**
 * Answers the outbox's questions on one store. What comes in is committed in groups, so that the disk is waited for a few
 * times a second however much comes; what fails is tried again each second.
 */
export function keepStore(store: Store, reserve: Reserve, events: WriteEvents): Keeper {
  const writes = pendingWrites(store, reserve, events)
  const timing = commitTiming(() => writes.commit())
  const house = setInterval(() => keepHouse(store, reserve), houseEveryMs)

  const takeFrom = (maxBytes: number, now: number): StoredBatch | null => {
    try {
      return writes.commitWith(() => store.take(maxBytes, now))
    } catch {
      if (!writes.commit()) timing.within(retryMs)
      const batch = store.take(maxBytes, now)
      return batch !== null && writes.isDone(batch) ? null : batch
    }
  }
  return {
    append(items, state, urgent) {
      writes.add(items, state)
      if (urgent && !writes.isFailing()) timing.soon()
      else timing.within(commitWithinMs)
    },
    take(maxBytes) {
      const now = Date.now()
      try {
        const batch = takeFrom(maxBytes, now)
        return batch === null ? null : packed(batch, store, now)
      } catch (error) {
        writes.failed(error)
        return null
      }
    },
    acknowledge(epoch, seq, acknowledged) {
      if (acknowledged > seq) {
        store.beginEpoch()
        return false
      }
      // Not at once on the disk: a batch that is sent again after a crash is known by its number.
      writes.acknowledge({ epoch, seq: acknowledged })
      timing.within(houseEveryMs)
      return true
    },
    refuse: (epoch, seq) => store.refuse(epoch, seq, Date.now()),
    flush(done) {
      writes.flush(done)
      timing.soon()
    },
    close() {
      clearInterval(house)
      timing.stop()
      writes.commit()
      store.close()
    },
  }
}

/** When the next commit is made; one that fails is followed by another. */
function commitTiming(commit: () => boolean): { within(ms: number): void; soon(): void; stop(): void } {
  let timer: NodeJS.Timeout | null = null
  let next: NodeJS.Immediate | null = null
  const stop = () => {
    if (timer !== null) clearTimeout(timer)
    if (next !== null) clearImmediate(next)
    timer = null
    next = null
  }
  const run = () => {
    stop()
    if (!commit()) within(retryMs)
  }
  const within = (ms: number) => {
    timer ??= setTimeout(run, ms)
  }
  return {
    within,
    // A question that comes in the same instant is answered within the same commit.
    soon() {
      next ??= setImmediate(run)
    },
    stop,
  }
}

function packed(batch: StoredBatch, store: Store, now: number): TakenBatch {
  const head = JSON.stringify({ epoch: batch.epoch, seq: batch.seq, sentAt: now })
  const text = `${head.slice(0, -1)},"records":[${batch.body}]}`
  const body = new Uint8Array(gzipSync(text))
  const { epoch, seq, records } = batch
  return { epoch, seq, records, rawBytes: Buffer.byteLength(text), body, more: store.totals().records > records }
}

/** Some small steps each second; records that come meanwhile wait for one step, not for all. */
function keepHouse(store: Store, reserve: Reserve): void {
  try {
    reserve.restore()
    for (let step = 0; step < houseSteps; step += 1) if (!store.keepHouse(Date.now())) return
  } catch {
    // A full disk: the next commit tells it.
  }
}
