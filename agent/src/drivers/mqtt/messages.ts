/** The last message of each topic, within limits: a broker may carry anything. */
import type { Received } from './wire.ts'

/** `atMs`: monotonic; of a retained message when it came to us, since when it was published is not told. */
export type Message = { payload: Buffer | 'too-long'; atMs: number; retained: boolean }

const maxTopics = 2000
const maxPayloadBytes = 64 * 1024
const maxPerSecond = 1000

export type Messages = {
  take(received: Received, nowMs: number): void
  of(topic: string): Message | undefined
  all(): IterableIterator<[string, Message]>
  forget(topic: string): void
  /** what was not taken in the last minute, for a person; null: nothing */
  complaint(nowMs: number): string | null
  /** told at each message that is taken; gives what ends it */
  listen(listener: () => void): () => void
}

export function createMessages(): Messages {
  const byTopic = new Map<string, Message>()
  let second = 0
  let inSecond = 0
  let refused: { atMs: number; why: string } | null = null
  const listeners = new Set<() => void>()

  return {
    take({ topic, payload, retained }, nowMs) {
      const now = Math.floor(nowMs / 1000)
      if (now !== second) inSecond = 0
      second = now
      inSecond += 1
      if (inSecond > maxPerSecond) refused = { atMs: nowMs, why: `more than ${maxPerSecond} messages a second` }
      else if (payload.length === 0) byTopic.delete(topic)
      else if (byTopic.size >= maxTopics && !byTopic.has(topic))
        refused = { atMs: nowMs, why: `messages of more than ${maxTopics} topics` }
      else {
        // A copy: what the library gives is a piece of a larger buffer, which would be kept with it.
        const kept = payload.length > maxPayloadBytes ? 'too-long' : Buffer.from(payload)
        byTopic.set(topic, { payload: kept, atMs: nowMs, retained })
        for (const listener of listeners) listener()
      }
    },
    of: (topic) => byTopic.get(topic),
    all: () => byTopic.entries(),
    forget: (topic) => void byTopic.delete(topic),
    complaint: (nowMs) =>
      refused !== null && nowMs - refused.atMs < 60_000 ? `the broker sends ${refused.why}; some are not taken` : null,
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
