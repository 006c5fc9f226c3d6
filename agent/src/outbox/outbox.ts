import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { batchLimits } from '@steward/shared/wire'
import type { Log } from '../polling/contract.ts'
import type { Outbox, OutboxLimits, StateChanges } from './contract.ts'
import { encodeRecords } from './encode.ts'
import { watchOverflow } from './overflow.ts'
import type { Answers } from './protocol.ts'
import { startWorker, type WorkerLink } from './worker-link.ts'

export type OutboxOptions = {
  dataDir: string
  limits?: Partial<OutboxLimits>
  log: Log
  now?: () => number
  /** Nothing can be recorded any more; the agent must be started anew. */
  onBroken(error: Error): void
  /** The disk does not take records (a sentence), or takes them again (null). */
  onProblem?(problem: string | null): void
}

const defaultLimits: OutboxLimits = { maxBytes: 1024 ** 3, maxAgeMs: 30 * 86_400_000 }

/** Packed it is never larger than the hub takes, however badly it packs. */
const maxBatchBytes = batchLimits.maxPackedBytes - 100 * 1024

/**
 * Opens the outbox of a data folder; by default at most 1 GiB and 30 days. Throws `system/data-folder` when another process
 * has it open or when it cannot be opened; a damaged file is set aside and a new one begun.
 */
export async function openOutbox(options: OutboxOptions): Promise<Outbox> {
  const { log } = options
  const now = options.now ?? Date.now
  const limits = { ...defaultLimits, ...options.limits }
  const overflow = watchOverflow()
  let onWaiting: (urgent: boolean) => void = () => undefined
  let problem: string | null = null

  const file = join(options.dataDir, 'outbox.db')
  const link = await startWorker(
    { file, limits: { ...limits, maxBatchBytes, maxRecords: batchLimits.maxRecords - 10 } },
    {
      broken: options.onBroken,
      committed(bytes) {
        overflow.committed(bytes)
        const lost = overflow.takeLost(now())
        if (lost !== null) record([lost])
      },
      problem(message) {
        problem = message === null ? null : `The outbox cannot be written (${message}); make room on the disk.`
        if (problem === null) log.info({}, 'The outbox can be written again.')
        else log.error({ code: 'system/data-folder' }, problem)
        options.onProblem?.(problem)
      },
    },
  )
  if (link.setAside !== null)
    log.error({ code: 'system/data-folder' }, `The outbox was damaged and is kept as ${link.setAside}.`)

  function record(records: Parameters<Outbox['record']>[0], state: StateChanges | null = null): void {
    const encoded = encodeRecords(records)
    for (const it of encoded.wrong) log.error({ code: 'system/internal' }, it)
    const { items, urgent } = overflow.admit(encoded)
    if (items.length === 0 && state === null) return
    link.append({ do: 'append', items, state, urgent })
    if (items.length > 0) onWaiting(urgent)
  }

  return {
    savedState: link.savedState,
    record,
    onWaiting(listener) {
      onWaiting = listener
    },
    status: async () => ({ ...(await totalsOf(link)), maxBytes: limits.maxBytes, problem }),
    ...questionsTo(link, log),
  }
}

/** What is asked of the outbox's thread. */
function questionsTo(link: WorkerLink, log: Log): Pick<Outbox, 'take' | 'acknowledge' | 'refuse' | 'flush' | 'close'> {
  return {
    async take(maxBytes) {
      const answer = await link.ask({ do: 'take', maxBytes })
      return isBatch(answer) ? answer : null
    },
    async acknowledge(receipt) {
      return (await link.ask({ do: 'acknowledge', ...receipt })) === true
    },
    async refuse({ epoch, seq }, why) {
      const done = await link.ask({ do: 'refuse', epoch, seq })
      log.warn({ code: 'input/invalid', seq }, `The hub refuses batch ${seq} (${why}); it is ${String(done)}.`)
    },
    async flush() {
      await link.ask({ do: 'flush' })
    },
    async close() {
      await link.ask({ do: 'close' })
      await link.end()
    },
  }
}

async function totalsOf(link: WorkerLink): Promise<Answers['status']> {
  const totals = await link.ask({ do: 'status' })
  if (isTotals(totals)) return totals
  throw new TypeError('the outbox gave no totals')
}

/** Deletes the outbox of a data folder that goes to another site: what waits there is not this site's. */
export function removeOutbox(dataDir: string): void {
  for (const part of ['', '-wal', '-shm', '.reserve']) rmSync(join(dataDir, `outbox.db${part}`), { force: true })
}

function isBatch(answer: Answers[keyof Answers]): answer is NonNullable<Answers['take']> {
  return answer !== null && typeof answer === 'object' && 'body' in answer
}

function isTotals(answer: Answers[keyof Answers]): answer is Answers['status'] {
  return answer !== null && typeof answer === 'object' && 'oldestAt' in answer
}
