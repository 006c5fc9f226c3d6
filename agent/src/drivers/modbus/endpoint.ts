/** One address and port: one connection, one question at a time, whoever asks (several units may stand behind a gateway). */
import type { Limits } from '../contract.ts'
import { placeOf } from '../tcp-connect.ts'
import { dataOf } from './frame.ts'
import { createQuestionQueue } from './question-queue.ts'
import { createWire, placed } from './wire.ts'

export type Endpoint = {
  /** address and port, for messages */
  where: string
  /** The answer's data. Throws ModbusException or StewardError. The time limit counts from the call, waiting included. */
  ask(unit: number, pdu: Buffer, limits: Limits, urgent?: boolean): Promise<Buffer>
  /** Tells of every answer of a unit, whoever asked; gives what ends that. */
  onAnswer(unit: number, listener: () => void): () => void
  /** Connects where there is no connection. Throws StewardError. */
  reach(limits: Limits): Promise<void>
  close(): void
}

export function createEndpoint(address: string, port: number): Endpoint {
  const where = placeOf(address, port)
  const queue = createQuestionQueue(where)
  const listeners = new Set<{ unit: number; listener: () => void }>()
  const wire = createWire(address, port, (unit) => {
    for (const it of [...listeners]) if (it.unit === unit) it.listener()
  })

  /** What is left of the time when the turn has come. */
  const rest = (limits: Limits, startedMs: number): Limits => {
    const timeoutMs = Math.max(1, Math.round(limits.timeoutMs - (performance.now() - startedMs)))
    return { ...limits, timeoutMs }
  }

  return {
    where,
    async ask(unit, pdu, limits, urgent = false) {
      const started = performance.now()
      const answer = await queue.run(urgent, limits, () => wire.exchange(unit, pdu, rest(limits, started)))
      try {
        return dataOf(pdu, answer)
      } catch (error) {
        throw placed(error, where)
      }
    },
    onAnswer(unit, listener) {
      const entry = { unit, listener }
      listeners.add(entry)
      return () => listeners.delete(entry)
    },
    reach: (limits) =>
      queue.run(true, limits, async () => {
        await wire.reach(limits)
      }),
    close() {
      queue.clear()
      wire.drop()
    },
  }
}
