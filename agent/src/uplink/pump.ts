import { StewardError } from '@steward/shared/errors'
import { agentPaths, BatchReceipt } from '@steward/shared/wire'
import type { Batch, Outbox } from '../outbox/index.ts'
import type { Log } from '../polling/contract.ts'
import { backoffMs, pause } from './backoff.ts'
import { createBatchSize } from './batch-size.ts'
import type { HubClient } from './hub-client.ts'
import { readAnswer, refusalOf, type Tokens } from './identity.ts'

const timeoutMs = 30_000
const samplesWaitMs = 1000

export type PumpOptions = {
  outbox: Outbox
  client: HubClient
  tokens: Tokens
  log: Log
  /** a try failed; the pump goes on by itself but for a revoked agent */
  onFailure(error: StewardError): void
  onSuccess(): void
  signal: AbortSignal
}

export type Pump = {
  /** Do not wait any longer for the next try. */
  wake(): void
  /** Sends what still waits, at most for the given time; then the pump has ended. */
  drain(withinMs: number): Promise<void>
}

/** Posts what waits in the outbox: a fault at once, samples each second, one batch after the other in their order. */
export function startPump(options: PumpOptions): Pump {
  const { outbox, signal } = options
  const size = createBatchSize()
  let failures = 0
  let urgent = false
  /** whether anything was recorded since the outbox was last found empty; at the start it may hold what is old */
  let some = true
  let waiting: ReturnType<typeof pause> | null = null
  let stopped = false

  outbox.onWaiting((isUrgent) => {
    some = true
    if (isUrgent) urgent = true
    if (isUrgent && failures === 0) waiting?.wake()
  })

  const run = async () => {
    while (!signal.aborted && !stopped) {
      urgent = false
      const more = some && (await step())
      if (!more && !urgent && !stopped && !signal.aborted) await wait(samplesWaitMs)
    }
  }
  const wait = async (ms: number) => {
    waiting = pause(ms, signal)
    await waiting.done
    waiting = null
  }
  const step = async (): Promise<boolean> => {
    try {
      some = false
      const more = await sendOne(options, size)
      if (failures > 0) options.onSuccess()
      failures = 0
      some ||= more
      return more
    } catch (error) {
      if (signal.aborted) return false
      some = true
      failures += 1
      options.onFailure(asStewardError(error))
      if (!stopped) await wait(backoffMs(failures))
      return false
    }
  }
  const ended = run()
  return {
    wake() {
      waiting?.wake()
    },
    async drain(withinMs) {
      stopped = true
      waiting?.wake()
      await ended
      const deadline = performance.now() + withinMs
      let more = some
      while (more && failures === 0 && !signal.aborted && performance.now() < deadline) more = await step()
    },
  }
}

function asStewardError(error: unknown): StewardError {
  return error instanceof StewardError
    ? error
    : new StewardError('system/internal', `Sending failed: ${String(error)}.`, { cause: error })
}

/** Sends the next batch. True when more waits. */
async function sendOne(options: PumpOptions, size: ReturnType<typeof createBatchSize>): Promise<boolean> {
  const { outbox, client, tokens, log, signal } = options
  const batch = await outbox.take(size.bytes())
  if (batch === null) return false
  const token = await tokens.get()
  const answer = await client.post(agentPaths.batches, batch.body, { token, gzip: true, timeoutMs, signal })
  if (answer.status === 401) {
    tokens.refused(token)
    throw refusalOf(answer, client.url)
  }
  if (answer.status === 413 || (answer.status === 400 && refusalOf(answer, client.url).area === 'input')) {
    await outbox.refuse(batch, refusalOf(answer, client.url).message)
    if (batch.records > 1) return true
    // One bad record may be followed by many: do not run through them at full speed.
    throw refusalOf(answer, client.url)
  }
  const receipt = readAnswer(answer, BatchReceipt, client.url)
  size.took(batch.rawBytes, answer.tookMs, batch.more)
  const isDone = await settle(options, batch, receipt)
  for (const { index, message } of receipt.rejected.slice(0, 3)) {
    log.warn(
      { code: 'input/invalid', seq: batch.seq },
      `The hub left out record ${index} of batch ${batch.seq}: ${message}`,
    )
  }
  return batch.more || !isDone
}

/** False when the batch is to be sent again, under a number of a new epoch. */
async function settle({ outbox, log }: PumpOptions, batch: Batch, { acknowledged }: BatchReceipt): Promise<boolean> {
  const { epoch, seq } = batch
  if (acknowledged < seq) {
    throw new StewardError(
      'uplink/unreachable',
      `The hub did not acknowledge batch ${seq} but ${acknowledged}; it is sent again.`,
    )
  }
  const isKnown = await outbox.acknowledge({ epoch, seq, acknowledged })
  if (isKnown) return true
  log.warn(
    { seq, acknowledged },
    'The hub knows later batches than this outbox: it is an older copy. A new epoch begins.',
  )
  return false
}
