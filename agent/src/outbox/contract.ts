import type { AgentRecord } from '@steward/shared/wire'

/** Texts of the saved state by name, each beginning with `state`; null: it is gone. */
export type StateChanges = Readonly<Record<string, string | null>>

/** How much is kept while the hub is away: bytes of records, and their age in milliseconds. */
export type OutboxLimits = { maxBytes: number; maxAgeMs: number }

/**
 * A batch ready to be posted: the envelope as gzipped JSON. Epoch and sequence always mean the same records until they
 * are acknowledged; only `sentAt` in the envelope differs from one try to the next.
 */
export type Batch = { epoch: string; seq: number; records: number; rawBytes: number; body: Uint8Array; more: boolean }

/** What the hub answered to a batch. */
export type Receipt = { epoch: string; seq: number; acknowledged: number }

export type OutboxStatus = {
  records: number
  bytes: number
  maxBytes: number
  /** of the oldest record that waits, in epoch milliseconds */
  oldestAt: number | null
  /** why records cannot be written now, null when they can */
  problem: string | null
}

export type Outbox = {
  /** What was given to `record` as state, by name. */
  savedState: Readonly<Record<string, string>>
  /**
   * Takes records and, where there is any, what has changed of the state that belongs to them: on the disk both or neither, in
   * this order, within 0.25 s (a fault: at once). Never throws; what the hub would refuse is logged and left out.
   */
  record(records: readonly AgentRecord[], state?: StateChanges | null): void
  /** The oldest unacknowledged batch, or a new one of about `maxBytes` (unpacked); null when nothing waits. */
  take(maxBytes: number): Promise<Batch | null>
  /** Deletes what the hub has stored. False when the hub knows more than was ever sent: a new epoch has begun. */
  acknowledge(receipt: Receipt): Promise<boolean>
  /** The hub will not take this batch as it is: it is cut in two, and a single record is left out and counted as lost. */
  refuse(batch: { epoch: string; seq: number }, why: string): Promise<void>
  /** Resolves when all that was recorded so far is on the disk. */
  flush(): Promise<void>
  status(): Promise<OutboxStatus>
  /** Called when records wait; `urgent` when one of them must not wait for the next second. */
  onWaiting(listener: (urgent: boolean) => void): void
  close(): Promise<void>
}
