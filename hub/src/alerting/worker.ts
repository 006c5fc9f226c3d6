import { type AttemptDeps, attemptDelivery } from './attempt.ts'
import { claimDelivery, nextDueAt, releaseOwnLeases } from './deliveries.ts'
import { createPacer } from './pacer.ts'
import type { AlertingTables } from './schema.ts'
import { single } from './single.ts'

/** Longer than the longest attempt can take: a second worker never sends what a first one is still sending. */
const leaseMs = 90_000
const concurrency = 4
/** Upper bound of a sleep, so that a changed clock cannot hold alerts back for long. */
const longestSleepMs = 30_000

export type DeliveryWorker = {
  /** Looks at once whether something is due. */
  wake(): void
  /** Stops taking deliveries and waits for those under way. */
  stop(): Promise<void>
}

/**
 * Sends what is due. A delivery is leased, sent, and marked: killed in between, it is sent again when the lease has run
 * out, with the same id. That one repetition is what no sender can avoid; everything before and after it is exactly once.
 */
export function startDeliveryWorker(deps: AttemptDeps, node: string): DeliveryWorker {
  const db = deps.base.withTables<AlertingTables>()
  const pacer = createPacer()
  const underWay = new Map<string, Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const start = (row: Parameters<typeof attemptDelivery>[2]): void => {
    const done = attemptDelivery(deps, pacer, row)
      .catch((error: unknown) => deps.warn('a delivery could not be noted', { error: String(error) }))
      .finally(() => {
        underWay.delete(row.recipient)
        if (!stopped) worker.wake()
      })
    underWay.set(row.recipient, done)
  }

  let released = false
  const takeDue = async (): Promise<number | null> => {
    if (!released) await releaseOwnLeases(db, node, deps.now())
    released = true
    while (!stopped && underWay.size < concurrency) {
      const now = deps.now()
      const row = await claimDelivery(db, {
        now,
        node,
        leaseMs,
        notTo: [...underWay.keys(), ...pacer.waiting(now)],
      })
      if (row === null) break
      start(row)
    }
    return nextDueAt(db)
  }

  const worker = single(async () => {
    clearTimeout(timer)
    const now = deps.now()
    const dueAt = await takeDue().catch((error: unknown) => {
      deps.warn('the outbox of alerts cannot be read', { error: String(error) })
      return now + 1000
    })
    if (stopped || dueAt === null) return
    // What is due and yet not taken is being sent, which wakes the worker at its end, or waits for its pace.
    const wakeAt = dueAt > now ? dueAt : (pacer.nextFreeAt(now) ?? now + 1000)
    timer = setTimeout(() => worker.wake(), Math.min(Math.max(wakeAt - now, 10), longestSleepMs))
  })

  worker.wake()
  return {
    wake: worker.wake,
    async stop() {
      stopped = true
      await worker.idle()
      clearTimeout(timer)
      await Promise.all(underWay.values())
    },
  }
}
