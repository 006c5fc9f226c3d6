/** Who waits for which answer, and until when: one clock for all, since a timer and a listener for each datagram cost more than it. */
import { SnmpFailure, type WaitLimits } from './contract.ts'

export type Waiting = {
  address: string
  port: number
  /** on the monotonic clock, ms */
  deadlineMs: number
  timeoutMs: number
  limits: WaitLimits
  take(datagram: Buffer, pduAt: number): void
  fail(failure: SnmpFailure): void
}

export type WaitingRoom = {
  enter(id: number, waiting: Waiting): void
  has(id: number): boolean
  get(id: number): Waiting | undefined
  /** Its answer is here; nobody waits for this id any more. */
  leave(id: number): void
  /** Fails all. */
  close(): void
}

/** How late silence or an abort may be noticed. */
const lookEveryMs = 20

export function createWaitingRoom(): WaitingRoom {
  const waiting = new Map<number, Waiting>()
  let timer: NodeJS.Timeout | null = null

  const end = (id: number, it: Waiting, failure: SnmpFailure): void => {
    waiting.delete(id)
    it.fail(failure)
  }

  const look = (): void => {
    const now = performance.now()
    for (const [id, it] of waiting) {
      if (now >= it.deadlineMs) end(id, it, new SnmpFailure('timeout', `no answer within ${it.timeoutMs} ms`))
      else if (it.limits.signal?.aborted) end(id, it, new SnmpFailure('aborted', 'aborted'))
    }
    timer = null
    if (waiting.size > 0) watch()
  }

  const watch = (): void => {
    timer ??= setTimeout(look, lookEveryMs)
  }

  return {
    enter(id, it) {
      waiting.set(id, it)
      watch()
    },
    has: (id) => waiting.has(id),
    get: (id) => waiting.get(id),
    leave: (id) => {
      waiting.delete(id)
    },
    close() {
      if (timer !== null) clearTimeout(timer)
      for (const [id, it] of [...waiting]) end(id, it, new SnmpFailure('aborted', 'closed'))
    },
  }
}
