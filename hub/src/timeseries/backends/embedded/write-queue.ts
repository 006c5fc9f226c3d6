import { StewardError } from '@steward/shared/errors'
import type { SampleBatch } from '../../store.ts'
import { type WriterParts, type Written, writeBatches } from './writer.ts'

/** Values in one transaction: what waits while the disk is busy goes together, up to this. */
const maxTogether = 100_000

type Waiting = { batch: SampleBatch; values: number; resolve: (it: Written) => void; reject: (error: unknown) => void }

export type WriteQueue = {
  write(batch: SampleBatch): Promise<Written>
  /** Takes nothing more, and waits for what it has. */
  stop(): Promise<void>
}

/** Writes batches in the order in which they came, many in one transaction when many wait. */
export function createWriteQueue(parts: WriterParts & { turn: <T>(work: () => Promise<T>) => Promise<T> }): WriteQueue {
  const waiting: Waiting[] = []
  let running: Promise<void> | undefined
  let stopped = false

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const together = takeTogether(waiting)
      await parts.turn(() => writeTogether(parts, together))
    }
    running = undefined
  }

  return {
    write(batch) {
      if (stopped) return Promise.reject(new StewardError('system/internal', 'The hub is stopping; send it again.'))
      const values = batch.samples.reduce((sum, it) => sum + Object.keys(it.values).length, 0)
      return new Promise((resolve, reject) => {
        waiting.push({ batch, values, resolve, reject })
        running ??= run()
      })
    },
    async stop() {
      stopped = true
      await running
    },
  }
}

function takeTogether(waiting: Waiting[]): Waiting[] {
  let values = 0
  let count = 0
  for (const it of waiting) {
    if (count > 0 && values + it.values > maxTogether) break
    values += it.values
    count += 1
  }
  return waiting.splice(0, count)
}

/** When a transaction of several fails, each is tried alone, so that one bad batch does not hold up the others. */
async function writeTogether(parts: WriterParts, together: readonly Waiting[]): Promise<void> {
  try {
    const written = await writeBatches(
      parts,
      together.map((it) => it.batch),
    )
    for (const [i, it] of together.entries()) it.resolve(written[i] ?? { stored: 0, leftOut: 0 })
  } catch (error) {
    if (together.length === 1) together[0]?.reject(error)
    else for (const it of together) await writeTogether(parts, [it])
  }
}
