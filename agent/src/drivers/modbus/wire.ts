/** The one connection to an endpoint: frames out, and the frame in that answers them. */
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { isStewardError, StewardError } from '@steward/shared/errors'
import type { Limits } from '../contract.ts'
import { aborted, networkFailure, timedOut } from '../network-failure.ts'
import { isFromUnit } from './frame.ts'
import type { Line } from './line.ts'

export type Wire = {
  /** Connects where there is no connection. Throws StewardError. */
  reach(limits: Limits): Promise<Duplex>
  /** Sends and waits for the answer. Throws StewardError. */
  exchange(unit: number, pdu: Buffer, limits: Limits): Promise<Buffer>
  drop(): void
}

type Waiting = { transaction: number; unit: number; sent: Buffer; take(pdu: Buffer): void; fail(error: unknown): void }

const idleMs = 60_000
/** A connection on which so many questions in a row were not answered may be dead: the next one gets a new one. */
const silencesAllowed = 2

/** `onAnswer` is told of every answer that a unit gave itself, after whoever waits for it. */
export function createWire(line: Line, onAnswer: (unit: number) => void): Wire {
  const { where, framing } = line
  let stream: Duplex | null = null
  let waiting: Waiting | null = null
  let transaction = 0
  let silences = 0
  let heardAt = 0
  let idle: NodeJS.Timeout | undefined

  const drop = (error?: unknown): void => {
    clearTimeout(idle)
    stream?.destroy()
    stream = null
    silences = 0
    waiting?.fail(error ?? aborted(where))
    waiting = null
  }

  /** Where answers name their question, a late one is told from the next; elsewhere it goes down with the connection. */
  const giveUp = (timeoutMs: number): void => {
    silences += 1
    const error = timedOut(where, timeoutMs)
    if (!framing.isNumbered || silences >= silencesAllowed) drop(error)
    else {
      waiting?.fail(error)
      waiting = null
    }
  }

  const onData = (bytes: Buffer): Buffer => {
    let rest = bytes
    // Nobody asked: the end of something late, or noise.
    if (!framing.isNumbered && waiting === null) return Buffer.alloc(0)
    for (let taken = framing.take(rest, waiting?.sent ?? null); taken !== null; ) {
      rest = taken.rest
      const { frame } = taken
      silences = 0
      const isMine = waiting?.unit === frame.unit && (!framing.isNumbered || waiting.transaction === frame.transaction)
      if (isMine) {
        waiting?.take(frame.pdu)
        if (isFromUnit(frame.pdu)) onAnswer(frame.unit)
      }
      taken = framing.take(rest, waiting?.sent ?? null)
    }
    return rest
  }

  const attach = (fresh: Duplex): Duplex => {
    let bytes: Buffer = Buffer.alloc(0)
    const ifMine = (what: () => void): void => {
      if (stream === fresh) what()
    }
    fresh.on('data', (chunk: Buffer) =>
      ifMine(() => {
        heardAt = performance.now()
        try {
          bytes = onData(Buffer.concat([bytes, chunk]))
        } catch (error) {
          drop(placed(networkFailure(error, where), where))
        }
      }),
    )
    fresh.on('error', (error) => ifMine(() => drop(networkFailure(error, where))))
    fresh.on('close', () => ifMine(() => drop(networkFailure(closedError(), where))))
    stream = fresh
    return fresh
  }

  const reach = async (limits: Limits): Promise<Duplex> => stream ?? attach(await line.open(limits))

  const answerTo = (to: Duplex, unit: number, pdu: Buffer, limits: Limits): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const onAbort = (): void => drop(aborted(where))
      const timer = setTimeout(() => giveUp(limits.timeoutMs), limits.timeoutMs)
      const settle = (): void => {
        clearTimeout(timer)
        limits.signal.removeEventListener('abort', onAbort)
        waiting = null
      }
      limits.signal.addEventListener('abort', onAbort, { once: true })
      transaction = (transaction + 1) & 0xffff
      const sent = framing.make(transaction, unit, pdu)
      waiting = {
        transaction,
        unit,
        sent,
        take: (answer) => {
          settle()
          idle = setTimeout(drop, idleMs).unref()
          resolve(answer)
        },
        fail: (error) => {
          settle()
          reject(error)
        },
      }
      to.write(sent)
    })

  return {
    reach,
    async exchange(unit, pdu, limits) {
      if (limits.signal.aborted) throw aborted(where)
      clearTimeout(idle)
      const restMs = line.gapMs - (performance.now() - heardAt)
      if (restMs > 0) await pause(restMs)
      return answerTo(await reach(limits), unit, pdu, limits)
    },
    drop: () => drop(),
  }
}

function closedError(): Error {
  return Object.assign(new Error('closed'), { code: 'ECONNRESET' })
}

/** What is wrong with an answer, and whose answer it is. */
export function placed(error: unknown, where: string): unknown {
  if (!isStewardError(error, 'driver/protocol')) return error
  return new StewardError(error.code, `${where}: ${error.message}`, { cause: error })
}
