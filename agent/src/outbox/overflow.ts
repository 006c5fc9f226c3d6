import type { AgentRecordOf } from '@steward/shared/wire'
import type { Encoded } from './encode.ts'

/** So much may wait in memory for the disk; beyond it, samples are dropped and counted. */
const maxWaitingBytes = 16 * 1024 * 1024

export type Overflow = {
  /** What may go on; samples are taken out while too much waits. */
  admit(encoded: Encoded): Encoded
  committed(bytes: number): void
  /** What was dropped since the last call, once the disk takes records again. */
  takeLost(at: number): AgentRecordOf<'lost'> | null
}

/** Keeps memory bounded while the disk does not answer. */
export function watchOverflow(): Overflow {
  let waitingBytes = 0
  let lost: Omit<AgentRecordOf<'lost'>, 'at'> | null = null
  return {
    admit(encoded) {
      if (waitingBytes + encoded.bytes <= maxWaitingBytes) {
        waitingBytes += encoded.bytes
        return encoded
      }
      const kept = encoded.items.filter((it) => it.queue !== 'samples')
      for (const { queue, at, body } of encoded.items) {
        if (queue !== 'samples') continue
        const bytes = Buffer.byteLength(body)
        lost ??= { type: 'lost', from: at, to: at, records: 0, bytes: 0, what: 'samples' }
        lost.from = Math.min(lost.from, at)
        lost.to = Math.max(lost.to, at)
        lost.records += 1
        lost.bytes += bytes
      }
      const bytes = kept.reduce((sum, it) => sum + Buffer.byteLength(it.body), 0)
      waitingBytes += bytes
      return { ...encoded, items: kept, bytes }
    },
    committed(bytes) {
      waitingBytes = Math.max(0, waitingBytes - bytes)
    },
    takeLost(at) {
      if (lost === null || waitingBytes > maxWaitingBytes / 2) return null
      const told = { ...lost, at }
      lost = null
      return told
    },
  }
}
