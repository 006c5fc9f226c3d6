/** The agent's durable, bounded store-and-forward: what was recorded goes to the hub at least once, in the same batches. */
export type { Batch, Outbox, OutboxLimits, OutboxStatus, Receipt } from './contract.ts'
export { openOutbox, removeOutbox } from './outbox.ts'
