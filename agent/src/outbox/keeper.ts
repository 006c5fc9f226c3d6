import { gzipSync } from 'node:zlib'
import type { Answers, TakenBatch } from './protocol.ts'
import type { Reserve } from './reserve.ts'
import type { Acknowledged, Item, Store } from './store.ts'

const commitWithinMs = 250
const retryMs = 1000
const houseEveryMs = 1000
/** Samples that are written at once while the disk is nearly full. */
const stepItems = 100

type Pending = { items: Item[]; state: string | null; acknowledged: Acknowledged | null; flushes: (() => void)[] }

const nothing = (): Pending => ({ items: [], state: null, acknowledged: null, flushes: [] })

export type Keeper = {
  append(items: readonly Item[], state: string | null, urgent: boolean): void
  take(maxBytes: number): Answers['take']
  acknowledge(epoch: string, seq: number, acknowledged: number): boolean
  refuse(epoch: string, seq: number): Answers['refuse']
  flush(done: () => void): void
  close(): void
}

export type KeeperEvents = {
  committed(bytes: number): void
  /** why nothing can be written, told once; null when it can again */
  problem(message: string | null): void
}

/**
 * Gathers what comes in and commits it in groups, so that the disk is waited for a few times a second however much
 * comes. With a full disk faults are written first, into what `reserve` held free; what fails is tried again each second,
 * and nothing gathered is dropped here.
 */
export function keepStore(store: Store, reserve: Reserve, events: KeeperEvents): Keeper {
  let pending = nothing()
  let timer: NodeJS.Timeout | null = null
  let soon: NodeJS.Immediate | null = null
  let trouble: string | null = null

  const isPending = () => pending.items.length > 0 || pending.state !== null || pending.acknowledged !== null
  const write = () => store.append(pending.items, pending.state, pending.acknowledged)
  const written = (items: readonly Item[]) => {
    const bytes = items.reduce((sum, it) => sum + Buffer.byteLength(it.body), 0)
    if (bytes > 0) events.committed(bytes)
  }
  const tell = (message: string | null) => {
    if (message !== trouble) events.problem(message)
    trouble = message
  }
  const succeeded = () => {
    const { items, flushes } = pending
    pending = nothing()
    if (timer !== null) clearTimeout(timer)
    if (soon !== null) clearImmediate(soon)
    timer = null
    soon = null
    tell(null)
    written(items)
    for (const done of flushes) done()
  }
  const failed = (error: unknown) => {
    tell(error instanceof Error ? error.message : String(error))
    commitWithin(retryMs)
  }
  /** What matters first and whole, then samples in small steps while few wait: what room is left belongs to faults. */
  const writeWhatFits = (why: unknown) => {
    reserve.release()
    store.emptyLog()
    const dear = pending.items.filter((it) => it.queue !== 'samples')
    store.append(dear, pending.state, pending.acknowledged)
    pending = { ...nothing(), items: pending.items.filter((it) => it.queue === 'samples'), flushes: pending.flushes }
    written(dear)
    while (pending.items.length > 0) {
      if (store.totals().records >= stepItems) throw why
      const step = pending.items.slice(0, stepItems)
      store.append(step, null, null)
      pending.items = pending.items.slice(stepItems)
      written(step)
    }
  }
  const commit = () => {
    timer = null
    soon = null
    try {
      if (isPending()) write()
      succeeded()
    } catch (why) {
      try {
        writeWhatFits(why)
        succeeded()
      } catch (error) {
        failed(error)
      }
    }
  }
  const commitWithin = (ms: number) => {
    timer ??= setTimeout(commit, ms)
  }
  // A question that came in the same instant is answered within the same commit.
  const commitSoon = () => {
    soon ??= setImmediate(commit)
  }
  const house = setInterval(() => keepHouse(store, reserve), houseEveryMs)

  const takeFrom = (maxBytes: number, now: number): ReturnType<Store['take']> => {
    try {
      const batch = store.together(() => {
        if (isPending()) write()
        return store.take(maxBytes, now)
      })
      succeeded()
      return batch
    } catch {
      commit()
      const batch = store.take(maxBytes, now)
      const done = pending.acknowledged
      // Its acknowledgement is not on the disk yet; it is not sent again for that.
      const isDone = done !== null && batch !== null && batch.epoch === done.epoch && batch.seq <= done.seq
      return isDone ? null : batch
    }
  }
  return {
    append(items, state, urgent) {
      pending.items.push(...items)
      pending.state = state ?? pending.state
      if (urgent && trouble === null) commitSoon()
      else commitWithin(commitWithinMs)
    },
    take(maxBytes) {
      const now = Date.now()
      try {
        const batch = takeFrom(maxBytes, now)
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
function keepHouse(store: Store, reserve: Reserve): void {
  try {
    reserve.restore()
    for (let step = 0; step < houseSteps; step += 1) if (!store.keepHouse(Date.now())) return
  } catch {
    // A full disk: the next commit tells it.
  }
}
