import type { StateChanges } from './contract.ts'
import type { Item, Refused, StoreLimits, StoreTotals } from './store.ts'

/** What the agent's main thread and the outbox's own thread say to each other; nothing else does. */
export type WorkerSettings = { file: string; limits: StoreLimits }

/** `append` has no answer of its own: what is on the disk is told by `committed`. */
export type Question =
  | { do: 'append'; items: Item[]; state: StateChanges | null; urgent: boolean }
  | { do: 'take'; id: number; maxBytes: number }
  | { do: 'acknowledge'; id: number; epoch: string; seq: number; acknowledged: number }
  | { do: 'refuse'; id: number; epoch: string; seq: number }
  | { do: 'flush'; id: number }
  | { do: 'status'; id: number }
  | { do: 'close'; id: number }

export type TakenBatch = {
  epoch: string
  seq: number
  records: number
  rawBytes: number
  body: Uint8Array<ArrayBuffer>
  more: boolean
}

export type Answers = {
  take: TakenBatch | null
  acknowledge: boolean
  refuse: Refused
  flush: null
  status: StoreTotals
  close: null
}

export type Told =
  | { told: 'opened'; savedState: Record<string, string>; setAside: string | null }
  | { told: 'not opened'; message: string; locked: boolean }
  | { told: 'committed'; bytes: number }
  /** null: it can be written again */
  | { told: 'problem'; message: string | null }
  | { told: 'answer'; id: number; value: Answers[keyof Answers] }
  | { told: 'failure'; id: number; message: string }
