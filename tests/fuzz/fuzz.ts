/** Feeds one decoder with wrong messages and notes what it does otherwise than to read or to refuse them. */
import { chanceOf } from './chance.ts'
import type { Decoder, Opened } from './decoder.ts'
import { mutated } from './mutate.ts'

/** Of a run: the messages `from` up to, not including, `to`. */
export type Run = { seed: number; from: number; to: number }
export type Failure = { message: number; hex: string; error: string }
/** The message that took most: of the processor, since on a machine that is shared the clock says nothing. */
export type Slowest = { message: number; ms: number }
export type Counts = { read: number; passedOver: number; refused: number; slowest: Slowest; failures: Failure[] }

const maxFailures = 5
const maxHexBytes = 2048

export function messageOf(decoder: Decoder, seed: number, message: number): Buffer {
  return mutated(decoder, chanceOf(seed, message))
}

/** `began` is told of each message before it is decoded. Ends early after five failures. */
export async function fuzz(
  decoder: Decoder,
  opened: Opened,
  { seed, from, to }: Run,
  counts: Counts,
  began: (message: number) => void,
): Promise<void> {
  let next = from
  const isAlone = (decoder.atOnce ?? 1) === 1
  const work = async (): Promise<void> => {
    while (next < to && counts.failures.length < maxFailures) {
      const message = next
      next += 1
      const chance = chanceOf(seed, message)
      const sent = mutated(decoder, chance)
      began(message)
      const startedMs = busyMs()
      try {
        const result = opened.decode(sent, chance)
        // Waiting for what is here already would take longer than decoding it.
        const told = result instanceof Promise ? await result : result
        if (told === null) counts.passedOver += 1
        else counts.read += 1
      } catch (error) {
        if (decoder.isRefusal(error)) counts.refused += 1
        else counts.failures.push({ message, hex: sent.toString('hex', 0, maxHexBytes), error: textOf(error) })
      }
      const ms = busyMs() - startedMs
      if (ms > counts.slowest.ms && isAlone) counts.slowest = { message, ms }
    }
  }
  await Promise.all(Array.from({ length: decoder.atOnce ?? 1 }, work))
}

function busyMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

export function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
