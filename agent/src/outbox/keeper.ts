import { gzipSync } from 'node:zlib'
import type { Answers, TakenBatch } from './protocol.ts'
import type { Acknowledged, Item, Store } from './store.ts'

const commitWithinMs = 250
const retryMs = 1000
const houseEveryMs = 1000

type Pending = {
  items: Item[]
  state: string | null
  bytes: number
  acknowledged: Acknowledged | null
  flushes: (() => void)[]
}

const nothing = (): Pending => ({ items: [], state: null, bytes: 0, acknowledged: null, flushes: [] })

export type Keeper = {
  append(items: readonly Item[], state: string | null, bytes: number, urgent: boolean): void
  take(maxBytes: number): Answers['take']
  acknowledge(epoch: string, seq: number, acknowledged: number): boolean
  refuse(epoch: string, seq: number): Answers['refuse']
  flush(done: () => void): void
  close(): void
}

export type KeeperEvents = { committed(bytes: number): void; problem(message: string | null): void }

/**
 * Gathers what comes in and commits it in groups, so that the disk is waited for a few times a second however much
 * comes. A commit that fails is tried again each second; nothing gathered is dropped here.
 */
export function keepStore(store: Store, events: KeeperEvents): Keeper {
  let pending = nothing()
  let timer: NodeJS.Timeout | null = null
  let soon: NodeJS.Immediate | null = null
  let failing = false

  const isPending = () => pending.items.length > 0 || pending.state !== null || pending.acknowledged !== null
  const write = () => store.append(pending.items, pending.state, pending.acknowledged)
  const succeeded = () => {
    const { bytes, flushes } = pending
    pending = nothing()
    if (timer !== null) clearTimeout(timer)
    if (soon !== null) clearImmediate(soon)
    timer = null
    soon = null
    if (failing) events.problem(null)
    failing = false
    if (bytes > 0) events.committed(bytes)
    for (const done of flushes) done()
  }
  const failed = (error: unknown) => {
    failing = true
    events.problem(error instanceof Error ? error.message : String(error))
    commitWithin(retryMs)
  }
  const commit = () => {
    timer = null
    soon = null
    try {
      if (isPending()) write()
      succeeded()
    } catch (error) {
      failed(error)
    }
  }
  const commitWithin = (ms: number) => {
    timer ??= setTimeout(commit, ms)
  }
  // A question that came in the same instant is answered within the same commit.
  const commitSoon = () => {
    soon ??= setImmediate(commit)
  }
  const house = setInterval(() => keepHouse(store), houseEveryMs)

  return {
    append(items, state, bytes, urgent) {
      pending.items.push(...items)
      pending.state = state ?? pending.state
      pending.bytes += bytes
      if (urgent && !failing) commitSoon()
      else commitWithin(commitWithinMs)
    },
    take(maxBytes) {
      const now = Date.now()
      try {
        const batch = store.together(() => {
          if (isPending()) write()
          return store.take(maxBytes, now)
        })
        succeeded()
        return batch === null ? null : packed(batch, store, now)
      } catch (error) {
        failed(error)
        return null
      }
    },
    acknowledge(epoch, seq, acknowledged) {
      if (acknowledged > seq) {
        store.beginEpoch()
        return false
      }
      // Not at once on the disk: a batch that is sent again after a crash is known by its number.
      pending.acknowledged = { epoch, seq: acknowledged }
      commitWithin(houseEveryMs)
      return true
    },
    refuse: (epoch, seq) => store.refuse(epoch, seq, Date.now()),
    flush(done) {
      pending.flushes.push(done)
      commitSoon()
    },
    close() {
      clearInterval(house)
      commit()
      if (timer !== null) clearTimeout(timer)
      store.close()
    },
  }
}

function packed(batch: NonNullable<ReturnType<Store['take']>>, store: Store, now: number): TakenBatch {
  const head = JSON.stringify({ epoch: batch.epoch, seq: batch.seq, sentAt: now })
  const text = `${head.slice(0, -1)},"records":[${batch.body}]}`
  const body = new Uint8Array(gzipSync(text))
  const { epoch, seq, records } = batch
  return { epoch, seq, records, rawBytes: Buffer.byteLength(text), body, more: store.totals().records > records }
}

const houseSteps = 4

/** Some small steps each second; records that come meanwhile wait for one step, not for all. */
function keepHouse(store: Store): void {
  try {
    for (let step = 0; step < houseSteps; step += 1) if (!store.keepHouse(Date.now())) return
  } catch {
    // A full disk: the next commit tells it.
  }
}
