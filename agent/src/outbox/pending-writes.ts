import type { StateChanges } from './contract.ts'
import type { Reserve } from './reserve.ts'
import type { Acknowledged, Item, Store } from './store.ts'

/** Samples that are written at once while the disk is full. */
const stepItems = 100

type Pending = {
  items: Item[]
  state: Record<string, string | null> | null
  acknowledged: Acknowledged | null
  flushes: (() => void)[]
}

const nothing = (): Pending => ({ items: [], state: null, acknowledged: null, flushes: [] })

export type WriteEvents = {
  committed(bytes: number): void
  /** why nothing can be written, told once; null when it can again */
  problem(message: string | null): void
}

export type PendingWrites = {
  add(items: readonly Item[], state: StateChanges | null): void
  acknowledge(acknowledged: Acknowledged): void
  flush(done: () => void): void
  /** False when something is still to be written. */
  commit(): boolean
  /** Commits what is pending and `work` together; throws when the disk takes neither, and then nothing has happened. */
  commitWith<T>(work: () => T): T
  /** acknowledged, but that is not on the disk yet */
  isDone(batch: Acknowledged): boolean
  isFailing(): boolean
  failed(error: unknown): void
}

/**
 * What came in and is not on the disk yet. With a full disk faults are written first, into what `reserve` held free; nothing
 * is dropped here.
 */
export function pendingWrites(store: Store, reserve: Reserve, events: WriteEvents): PendingWrites {
  let pending = nothing()
  let trouble: string | null = null

  const tell = (message: string | null) => {
    if (message !== trouble) events.problem(message)
    trouble = message
  }
  const failed = (error: unknown) => tell(error instanceof Error ? error.message : String(error))
  const write = () => {
    const isPending = pending.items.length > 0 || pending.state !== null || pending.acknowledged !== null
    if (isPending) store.append(pending.items, pending.state, pending.acknowledged)
  }
  const succeeded = () => {
    const { items, flushes } = pending
    pending = nothing()
    tell(null)
    if (items.length > 0) events.committed(bytesOf(items))
    for (const done of flushes) done()
  }
  return {
    add(items, state) {
      pending.items.push(...items)
      if (state !== null) pending.state = Object.assign(pending.state ?? {}, state)
    },
    acknowledge(acknowledged) {
      pending.acknowledged = acknowledged
    },
    flush(done) {
      pending.flushes.push(done)
    },
    commit() {
      try {
        write()
        succeeded()
        return true
      } catch (why) {
        try {
          writeWhatFits(store, reserve, pending, events.committed)
          if (pending.items.length > 0) throw why
          succeeded()
          return true
        } catch (error) {
          failed(error)
          return false
        }
      }
    },
    commitWith(work) {
      const result = store.together(() => {
        write()
        return work()
      })
      succeeded()
      return result
    },
    isDone({ epoch, seq }) {
      const done = pending.acknowledged
      return done !== null && done.epoch === epoch && seq <= done.seq
    },
    isFailing: () => trouble !== null,
    failed,
  }
}

/**
 * What matters first and whole, then samples in small steps while few wait: what room is left belongs to faults. What was
 * written is taken out of `pending`.
 */
function writeWhatFits(store: Store, reserve: Reserve, pending: Pending, committed: (bytes: number) => void): void {
  reserve.release()
  store.emptyLog()
  const dear = pending.items.filter((it) => it.queue !== 'samples')
  store.append(dear, pending.state, pending.acknowledged)
  pending.items = pending.items.filter((it) => it.queue === 'samples')
  pending.state = null
  pending.acknowledged = null
  if (dear.length > 0) committed(bytesOf(dear))
  while (pending.items.length > 0 && store.totals().records < stepItems) {
    const step = pending.items.slice(0, stepItems)
    store.append(step, null, null)
    pending.items = pending.items.slice(stepItems)
    committed(bytesOf(step))
  }
}

function bytesOf(items: readonly Item[]): number {
  return items.reduce((sum, it) => sum + Buffer.byteLength(it.body), 0)
}
