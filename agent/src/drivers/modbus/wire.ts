/** The one connection to an endpoint: frames out, and the frame in that answers them. */
import type { Socket } from 'node:net'
import { isStewardError, StewardError } from '@steward/shared/errors'
import type { Limits } from '../contract.ts'
import { aborted, networkFailure, timedOut } from '../network-failure.ts'
import { connectTcp, placeOf } from '../tcp-connect.ts'
import { frameOf, isFromUnit, takeFrame } from './frame.ts'

export type Wire = {
  /** Connects where there is no connection. Throws StewardError. */
  reach(limits: Limits): Promise<Socket>
  /**
   * Sends and waits for the answer. Throws StewardError. A question that is not answered in time takes the connection with
   * it, so that a late answer is never taken for another's.
   */
  exchange(unit: number, pdu: Buffer, limits: Limits): Promise<Buffer>
  drop(): void
}

type Waiting = { transaction: number; unit: number; take(pdu: Buffer): void; fail(error: unknown): void }

const idleMs = 60_000

/** `onAnswer` is told of every answer that a unit gave itself, after whoever waits for it. */
export function createWire(address: string, port: number, onAnswer: (unit: number) => void): Wire {
  const where = placeOf(address, port)
  let socket: Socket | null = null
  let waiting: Waiting | null = null
  let transaction = 0
  let idle: NodeJS.Timeout | undefined

  const drop = (error?: unknown): void => {
    clearTimeout(idle)
    socket?.destroy()
    socket = null
    waiting?.fail(error ?? aborted(where))
    waiting = null
  }

  const onData = (bytes: Buffer): Buffer => {
    let rest = bytes
    for (let taken = takeFrame(rest); taken !== null; taken = takeFrame(rest)) {
      rest = taken.rest
      const { frame } = taken
      if (waiting?.transaction !== frame.transaction || waiting.unit !== frame.unit) continue
      waiting.take(frame.pdu)
      if (isFromUnit(frame.pdu)) onAnswer(frame.unit)
    }
    return rest
  }

  const attach = (fresh: Socket): Socket => {
    let bytes: Buffer = Buffer.alloc(0)
    const ifMine = (what: () => void): void => {
      if (socket === fresh) what()
    }
    fresh.on('data', (chunk) =>
      ifMine(() => {
        try {
          bytes = onData(Buffer.concat([bytes, chunk]))
        } catch (error) {
          drop(placed(networkFailure(error, where), where))
        }
      }),
    )
    fresh.on('error', (error) => ifMine(() => drop(networkFailure(error, where))))
    fresh.on('close', () => ifMine(() => drop(networkFailure(closedError(), where))))
    fresh.unref()
    socket = fresh
    return fresh
  }

  const reach = async (limits: Limits): Promise<Socket> => socket ?? attach(await connectTcp(address, port, limits))

  const answerTo = (line: Socket, unit: number, pdu: Buffer, limits: Limits): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const onAbort = (): void => drop(aborted(where))
      const timer = setTimeout(() => drop(timedOut(where, limits.timeoutMs)), limits.timeoutMs)
      const settle = (): void => {
        clearTimeout(timer)
        limits.signal.removeEventListener('abort', onAbort)
        waiting = null
      }
      limits.signal.addEventListener('abort', onAbort, { once: true })
      transaction = (transaction + 1) & 0xffff
      waiting = {
        transaction,
        unit,
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
      line.write(frameOf(transaction, unit, pdu))
    })

  return {
    reach,
    async exchange(unit, pdu, limits) {
      if (limits.signal.aborted) throw aborted(where)
      clearTimeout(idle)
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
