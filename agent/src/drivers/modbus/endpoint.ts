/** One address and port: one connection, one question at a time, whoever asks (several units may stand behind a gateway). */
import { isStewardError, StewardError } from '@steward/shared/errors'
import type { Limits } from '../contract.ts'
import { dataOf, ModbusException } from './frame.ts'
import type { Line } from './line.ts'
import { createQuestionQueue } from './question-queue.ts'
import { createSilentUnits } from './silent-units.ts'
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

export function createEndpoint(line: Line): Endpoint {
  const { where } = line
  const silentUnits = createSilentUnits()
  const queue = createQuestionQueue(where)
  const listeners = new Set<{ unit: number; listener: () => void }>()
  const wire = createWire(line, (unit) => {
    for (const it of [...listeners]) if (it.unit === unit) it.listener()
  })

  /** What is left of the time when the turn has come. */
  const rest = (limits: Limits, startedMs: number): Limits => {
    const timeoutMs = Math.max(1, Math.round(limits.timeoutMs - (performance.now() - startedMs)))
    return { ...limits, timeoutMs }
  }

  /** Only the time on the line counts: who waits in the queue is not silent. */
  const heard = async (unit: number, exchange: () => Promise<Buffer>): Promise<Buffer> => {
    const sentAt = performance.now()
    try {
      return await exchange()
    } catch (error) {
      if (isStewardError(error, 'driver/timeout')) silentUnits.silent(unit, performance.now() - sentAt)
      throw error
    }
  }

  return {
    where,
    async ask(unit, pdu, limits, urgent = false) {
      const started = performance.now()
      const waitMs = silentUnits.waitMs(unit)
      if (waitMs > 0) throw stillSilent(where, unit, waitMs)
      const ask = (): Promise<Buffer> => heard(unit, () => wire.exchange(unit, pdu, rest(limits, started)))
      const answer = await queue.run(urgent, limits, ask)
      try {
        const data = dataOf(pdu, answer)
        silentUnits.answered(unit)
        return data
      } catch (error) {
        if (error instanceof ModbusException && error.isSilence) silentUnits.silent(unit, performance.now() - started)
        else silentUnits.answered(unit)
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

function stillSilent(where: string, unit: number, waitMs: number): StewardError {
  const seconds = Math.ceil(waitMs / 1000)
  return new StewardError(
    'driver/timeout',
    `${where} unit ${unit} was silent again and again; it is asked again in ${seconds} s`,
  )
}
